package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/tools/clientcmd/api"
)

// mark is the first line of every kubeconfig written here. A file without it
// is somebody's own and is left alone.
const mark = "# Written by sandbox, which removes or replaces it.\n"

// writeKubeconfig writes the kubeconfig for the components and, later, for
// everybody else into the state directory.
//
// Why the user is named after the cluster, too: KUBECONFIG may list several
// files, and of two users with one name the first one wins.
func (s *state) writeKubeconfig(cluster string, port int) error {
	ca, err := os.ReadFile(s.path("tls.crt"))
	if err != nil {
		return fmt.Errorf("reading the certificate: %w", err)
	}
	token, err := s.token()
	if err != nil {
		return err
	}
	user := cluster + "-admin"
	b, err := clientcmd.Write(api.Config{
		Clusters: map[string]*api.Cluster{cluster: {
			Server:                   fmt.Sprintf("https://127.0.0.1:%d", port),
			CertificateAuthorityData: ca,
		}},
		AuthInfos:      map[string]*api.AuthInfo{user: {Token: token}},
		Contexts:       map[string]*api.Context{cluster: {Cluster: cluster, AuthInfo: user, Namespace: "default"}},
		CurrentContext: cluster,
	})
	if err != nil {
		return fmt.Errorf("encoding the kubeconfig: %w", err)
	}
	if err := os.WriteFile(s.path("kubeconfig"), append([]byte(mark), b...), 0o600); err != nil {
		return fmt.Errorf("writing the kubeconfig: %w", err)
	}
	return nil
}

// clear removes what an earlier sandbox left at file, so that a waiter does not
// take it for this one's, and refuses to touch anything else.
func (s *state) clear(file string) error {
	if file == "" {
		return nil
	}
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("looking at -kubeconfig: %w", err)
	}
	if !bytes.HasPrefix(b, []byte(mark)) {
		return fmt.Errorf("-kubeconfig %s was not written by a sandbox: name a file that does not exist yet", file)
	}
	return os.Remove(file)
}

// publish copies the kubeconfig to file in one step: the file is there when the
// cluster is ready, and never half written.
func (s *state) publish(file string) error {
	if file == "" {
		return nil
	}
	b, err := os.ReadFile(s.path("kubeconfig"))
	if err != nil {
		return fmt.Errorf("reading the kubeconfig: %w", err)
	}
	t, err := os.CreateTemp(filepath.Dir(file), ".kubeconfig-") // mode 0600
	if err != nil {
		return fmt.Errorf("writing -kubeconfig (its directory must exist): %w", err)
	}
	_, err = t.Write(b)
	if err = errors.Join(err, t.Close()); err == nil {
		err = os.Rename(t.Name(), file)
	}
	if err != nil {
		os.Remove(t.Name())
		return fmt.Errorf("writing -kubeconfig: %w", err)
	}
	return nil
}

// unpublish removes the published file: a file that is there means a cluster
// that is there.
func (s *state) unpublish(file string) {
	if file != "" {
		os.Remove(file)
	}
}
