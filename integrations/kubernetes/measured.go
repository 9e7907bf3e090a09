package kubernetes

import (
	"context"
	"encoding/json"
	"fmt"

	"k8s.io/apimachinery/pkg/api/resource"
	"k8s.io/client-go/rest"
)

// measure is the measured use of something.
type measure struct{ cpu, memory int64 } // thousandths of a core, bytes

func (m measure) plus(o measure) measure { return measure{m.cpu + o.cpu, m.memory + o.memory} }

// String says the use in words, such as "cpu 250m, memory 64Mi".
func (m measure) String() string {
	return fmt.Sprintf("cpu %s, memory %s", resource.NewMilliQuantity(m.cpu, resource.DecimalSI), resource.NewQuantity(m.memory, resource.BinarySI))
}

// measures are the measured uses of pods, by namespace/name.
type measures map[string]measure

// measured asks the metrics API about the pods of a namespace, or of all. A cluster that does not measure gives
// nothing, which is not an error: the requests are still told.
func (k *cluster) measured(ctx context.Context, namespace string) measures {
	// The generated interface hides a nil behind a nil pointer when the clientset is a fake.
	client, ok := k.api.Discovery().RESTClient().(*rest.RESTClient)
	if !ok || client == nil {
		return nil
	}
	path := "/apis/metrics.k8s.io/v1beta1/pods"
	if namespace != "" {
		path = "/apis/metrics.k8s.io/v1beta1/namespaces/" + namespace + "/pods"
	}
	raw, err := client.Get().AbsPath(path).DoRaw(ctx)
	if err != nil {
		return nil
	}
	return decodeMeasures(raw)
}

// decodeMeasures reads a PodMetricsList; nil when it is none.
func decodeMeasures(raw []byte) measures {
	var list struct {
		Items []struct {
			Metadata   struct{ Name, Namespace string }
			Containers []struct {
				Usage map[string]resource.Quantity
			}
		}
	}
	if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	out := measures{}
	for _, p := range list.Items {
		var m measure
		for _, c := range p.Containers {
			cpu, memory := c.Usage["cpu"], c.Usage["memory"]
			m = m.plus(measure{cpu.MilliValue(), memory.Value()})
		}
		out[p.Metadata.Namespace+"/"+p.Metadata.Name] = m
	}
	return out
}
