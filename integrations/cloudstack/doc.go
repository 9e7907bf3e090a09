// Package cloudstack answers: how does a Kubernetes cluster of Apache CloudStack get machines and give them back?
//
// It speaks the API of the CloudStack Kubernetes Service as of CloudStack 4.16 and later (listKubernetesClusters,
// scaleKubernetesCluster, queryAsyncJobResult), documented at https://cloudstack.apache.org/api/, with requests that are signed
// by HMAC-SHA1 and expire. A pool's group is the ID of the cluster; its workers are the pool. The account of the keys owns the
// cluster. The wanted number is `size`, the bounds are `minsize` and `maxsize` where the cluster has them; one worker always stays.
//
// Scaling is a job of CloudStack's that takes minutes, and `size` changes when it ends. A job that fails at once is seen; one
// that goes on is left to go on, and whoever waits for the machines sees how it ends. While a cluster is being scaled it takes
// nothing else: that is tried again, and a plan is refused.
package cloudstack
