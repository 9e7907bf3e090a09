package simulated

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// header is the first line of a cluster's state; every other line is an object.
type header struct {
	Version  int64                `json:"version"`
	Made     int64                `json:"made"`
	Now      time.Time            `json:"now"`
	Due      map[string]time.Time `json:"due"`
	Progress map[string]time.Time `json:"progress"`
	Last     Entry                `json:"last"`
}

// save replaces the state file if something has changed. What has not changed is not encoded again.
func (c *cluster) save() error {
	s := c.store
	if !s.changed || c.path == "" {
		return nil
	}
	var b bytes.Buffer
	first, err := json.Marshal(header{
		Version: s.version, Made: s.made, Now: c.life.now, Due: timesOut(c.life.due), Progress: timesOut(c.life.progress), Last: c.last,
	})
	if err != nil {
		return err
	}
	b.Write(append(first, '\n'))
	for _, r := range resources {
		for _, k := range s.keys(r.name, "") {
			if s.encoded[k] == nil {
				o, _ := s.find(k)
				if s.encoded[k], err = json.Marshal(o); err != nil {
					return err
				}
			}
			b.Write(s.encoded[k])
			b.WriteByte('\n')
		}
	}
	fresh := c.path + ".new"
	if err := os.WriteFile(fresh, b.Bytes(), 0o600); err != nil {
		return err
	}
	if err := os.Rename(fresh, c.path); err != nil {
		return err
	}
	s.changed = false
	return nil
}

// restore reads the state file, and says whether there was one.
func (c *cluster) restore() (bool, error) {
	raw, err := os.ReadFile(c.path)
	if errors.Is(err, os.ErrNotExist) || c.path == "" {
		return false, nil
	}
	if err == nil {
		err = c.decode(raw)
	}
	if err != nil {
		return false, fmt.Errorf("%s (delete the folder to start over): %w", c.path, err)
	}
	return true, nil
}

// decode reads a state.
func (c *cluster) decode(raw []byte) error {
	var h header
	line := 0
	for l := range bytes.Lines(raw) {
		line++
		if line == 1 {
			if err := json.Unmarshal(l, &h); err != nil {
				return fmt.Errorf("line 1: %w", err)
			}
			continue
		}
		if err := c.decodeObject(l); err != nil {
			return fmt.Errorf("line %d: %w", line, err)
		}
	}
	if line == 0 {
		return errors.New("it is empty")
	}
	c.store.version, c.store.made, c.life.now, c.last = h.Version, h.Made, h.Now, h.Last
	c.life.due, c.life.progress = timesIn(h.Due), timesIn(h.Progress)
	for _, p := range all[*corev1.Pod](c.store, "pods", "") {
		if p.Spec.NodeName == "" {
			c.life.homeless[key{"pods", p.Namespace, p.Name}] = true
		}
	}
	for _, k := range c.store.keys("namespaces", "") {
		c.store.stale[k.name] = true
	}
	return nil
}

func (c *cluster) decodeObject(line []byte) error {
	var t struct{ APIVersion, Kind string }
	if err := json.Unmarshal(line, &t); err != nil {
		return err
	}
	kind := schema.FromAPIVersionAndKind(t.APIVersion, t.Kind)
	i := slices.IndexFunc(resources, func(r served) bool { return r.kind == kind })
	if i < 0 {
		return fmt.Errorf("there is no kind %s", kind)
	}
	o, err := resources[i].decode(line)
	if err != nil {
		return err
	}
	c.store.load(key{resources[i].name, o.GetNamespace(), o.GetName()}, o)
	return nil
}

func timesOut(m map[key]time.Time) map[string]time.Time {
	out := map[string]time.Time{}
	for k := range maps.Keys(m) {
		out[k.String()] = m[k]
	}
	return out
}

func timesIn(m map[string]time.Time) map[key]time.Time {
	out := map[key]time.Time{}
	for name, t := range m {
		if parts := strings.SplitN(name, "/", 3); len(parts) == 3 {
			out[key{parts[0], parts[1], parts[2]}] = t
		}
	}
	return out
}
