package database

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"orderly.example/ops"
)

// table is the statement that makes the table, with the types of the columns that are keys and of the list.
func table(key, list string) string {
	return fmt.Sprintf(`CREATE TABLE IF NOT EXISTS orderly.grants (database_name %[1]s NOT NULL, account %[1]s NOT NULL, role_name %[1]s NOT NULL,
		change_id %[1]s NOT NULL, ends_at bigint NOT NULL, powers %[2]s NOT NULL, PRIMARY KEY (database_name, account, role_name))`, key, list)
}

// lines asks for lines of the table.
func lines(ctx context.Context, c *sql.Conn, query, name string) ([]grant, error) {
	rows, err := c.QueryContext(ctx, query, name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []grant
	for rows.Next() {
		var g grant
		var ends int64
		var powers string
		if err := rows.Scan(&g.account, &g.role, &g.change, &ends, &powers); err != nil {
			return nil, err
		}
		if err := json.Unmarshal([]byte(powers), &g.powers); err != nil {
			return nil, ops.Errorf(ops.Unsafe, "the table orderly.grants holds a line about %s that is not ours; put it right by hand", "orderly.grants 表中关于 %s 的记录已损坏;请手工修正", g.account).Because(err)
		}
		g.until = time.Unix(ends, 0).UTC()
		out = append(out, g)
	}
	return out, rows.Err()
}

// values are a line in the order of the columns.
func (g grant) values(name string) []any {
	powers, _ := json.Marshal(g.powers) // a list of texts always can
	return []any{name, g.account, g.role, g.change, g.until.Unix(), string(powers)}
}
