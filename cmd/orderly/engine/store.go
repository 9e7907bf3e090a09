package engine

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"go.temporal.io/server/common/config"
	sqliteplugin "go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	sqliteschema "go.temporal.io/server/schema/sqlite"
	"google.golang.org/protobuf/types/known/durationpb"
)

// defaultRetention is how long closed changes are kept: a year.
const defaultRetention = 365 * 24 * time.Hour

// store sets up the SQLite database, with its schema and namespace, and tells Temporal where it is.
func store(c *config.Config, o Options) error {
	sql := &config.SQL{PluginName: sqliteplugin.PluginName, DatabaseName: o.File, ConnectAttributes: map[string]string{
		"mode": "rwc", "journal_mode": "wal", "synchronous": "full",
	}}
	if o.File == "" {
		sql.DatabaseName = fmt.Sprintf("orderly-%d-%d", os.Getpid(), time.Now().UnixNano())
		sql.ConnectAttributes = map[string]string{"mode": "memory", "cache": "shared"}
	} else if err := setUpFile(sql, o.File); err != nil {
		return err
	}
	namespace, err := sqliteschema.NewNamespaceConfig(clusterName, o.Namespace, false, SearchAttributes())
	if err != nil {
		return fmt.Errorf("describe namespace %s: %w", o.Namespace, err)
	}
	retention := o.Retention
	if retention <= 0 {
		retention = defaultRetention
	}
	namespace.Detail.Config.Retention = durationpb.New(retention)
	if err := sqliteschema.CreateNamespaces(sql, namespace); err != nil {
		return fmt.Errorf("make namespace %s in %s: %w", o.Namespace, o.File, err)
	}
	c.Persistence.DefaultStore, c.Persistence.VisibilityStore = "sqlite", "sqlite"
	c.Persistence.DataStores = map[string]config.DataStore{"sqlite": {SQL: sql}}
	return nil
}

// setUpFile makes the database file with its schema when there is none. A half-made one (the process died in between)
// never gets the final name. It is made without a write-ahead log, which would stay behind under the first name.
func setUpFile(sql *config.SQL, file string) error {
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	fresh := config.SQL{PluginName: sql.PluginName, DatabaseName: file + ".new", ConnectAttributes: map[string]string{"mode": "rwc"}}
	if err := os.Remove(fresh.DatabaseName); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove a half-made database: %w", err)
	}
	if err := sqliteschema.SetupSchema(&fresh); err != nil {
		return fmt.Errorf("make the database %s: %w", file, err)
	}
	if err := os.Rename(fresh.DatabaseName, file); err != nil {
		return fmt.Errorf("put the database in its place: %w", err)
	}
	return nil
}
