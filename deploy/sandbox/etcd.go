package main

import (
	"errors"
	"fmt"
	"net/url"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
)

// startEtcd runs etcd on a unix socket, which needs no port and no keys and
// which only this user can open.
func (c *cluster) startEtcd() error {
	ec := embed.NewConfig()
	ec.Dir = c.state.path("etcd")
	ec.LogLevel = "fatal"
	ec.UnsafeNoFsync = true
	ec.QuotaBackendBytes = 4 << 30
	ec.ListenClientUrls = []url.URL{{Scheme: "unix", Path: c.socket()}}
	ec.ListenPeerUrls = []url.URL{{Scheme: "http", Host: "127.0.0.1:0"}}
	e, err := embed.StartEtcd(ec)
	if err != nil {
		return err
	}
	c.etcd = e
	select {
	case <-e.Server.ReadyNotify():
		return nil
	case err := <-e.Err():
		return fmt.Errorf("etcd ended: %w", err)
	case <-c.ctx.Done():
		return c.ctx.Err()
	case <-time.After(30 * time.Second):
		return errors.New("not ready after 30s: is the disk of -dir slow or full?")
	}
}

// socket is where etcd listens.
func (c *cluster) socket() string { return c.state.temp("etcd.sock") }
