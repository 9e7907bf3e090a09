package ops

// Service is a thing that runs for the company: who owns it and what belongs to it.
type Service struct {
	Name       string       `json:"name" yaml:"name"`   // product.subsystem.module
	Owner      string       `json:"owner" yaml:"owner"` // a group
	OnCall     string       `json:"on_call,omitempty" yaml:"on_call"`
	Help       Text         `json:"help,omitzero" yaml:"help"`
	Repository string       `json:"repository,omitempty" yaml:"repository"`
	ConfigApp  string       `json:"config_app,omitempty" yaml:"config_app"`
	Release    *Strategy    `json:"release,omitempty" yaml:"release"` // how its versions go out; nil: one cluster after the other
	Config     *ConfigPlace `json:"config,omitempty" yaml:"config"`   // where its configuration is kept; nil: it is not said
	Places     []Place      `json:"places" yaml:"places"`
}

// Nobody is the owner of a service that the inventory does not know, or of which nobody says who owns it. It is a group
// that no person is in.
const Nobody = "nobody"

// Place is one workload that runs a service somewhere, and the provider that knows how to reach it.
type Place struct {
	Target    Target `json:"target" yaml:"target"`     // complete: service, IDC, cluster and environment
	Provider  string `json:"provider" yaml:"provider"` // such as kubernetes
	Context   string `json:"context" yaml:"context"`   // the provider's name of the cluster
	Namespace string `json:"namespace" yaml:"namespace"`
	Kind      string `json:"kind" yaml:"kind"` // Deployment, StatefulSet, or Rollout of Argo
	Name      string `json:"name" yaml:"name"`

	Git      GitPlace `json:"git,omitzero" yaml:"git"`           // where its version is written; zero: the provider is told directly
	External External `json:"external,omitzero" yaml:"external"` // who deploys it from outside; zero: nobody does
}

// String names the object, such as idc1/shop/Deployment/cart-api.
func (p Place) String() string { return p.Context + "/" + p.Namespace + "/" + p.Kind + "/" + p.Name }
