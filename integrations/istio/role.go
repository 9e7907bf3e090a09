package istio

// RoleName is the name of the ClusterRole that gives a client what it needs.
const RoleName = "orderly-istio"

// ClusterRole is the role, as YAML, for clusters in which traffic is divided.
const ClusterRole = `apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: ` + RoleName + `
rules:
- apiGroups: ["networking.istio.io"]
  resources: ["virtualservices"]
  verbs: [list, create, update, delete]
- apiGroups: ["networking.istio.io"]
  resources: ["destinationrules"]
  verbs: [list, create, delete]
`
