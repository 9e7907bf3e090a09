package main

import (
	_ "embed"
	"fmt"
	"strings"
	"time"

	"sigs.k8s.io/kwok/kustomize/metrics/resource"
	"sigs.k8s.io/kwok/kustomize/metrics/usage"
	nodefast "sigs.k8s.io/kwok/kustomize/stage/node/fast"
	heartbeat "sigs.k8s.io/kwok/kustomize/stage/node/heartbeat-with-lease"
	podfast "sigs.k8s.io/kwok/kustomize/stage/pod/fast"
	"sigs.k8s.io/kwok/pkg/apis/v1alpha1"
	"sigs.k8s.io/yaml"
)

// brokenImage is a jq path to the containers whose image never arrives.
const brokenImage = `.spec.containers.[] | select( .image | endswith(":broken") ) | .name`

// podBroken is the stage of a pod whose image cannot be pulled.
//
//go:embed broken.yaml
var podBroken string

// kwokConfig is KWOK's configuration file: upstream's stages, with pods that take
// about podDelay to become ready, and the stage of the broken image.
func kwokConfig(podDelay time.Duration) ([]byte, error) {
	ready, err := adjust(podfast.DefaultPodReady, podDelay, brokenImage, v1alpha1.SelectorOpDoesNotExist)
	if err != nil {
		return nil, fmt.Errorf("adjusting KWOK's stage of a ready pod: %w", err)
	}
	broken, err := adjust(podBroken, podDelay, brokenImage, v1alpha1.SelectorOpExists)
	if err != nil {
		return nil, fmt.Errorf("adjusting the stage of a broken pod: %w", err)
	}
	return []byte(strings.Join([]string{
		nodefast.DefaultNodeInit,
		heartbeat.DefaultNodeHeartbeatWithLease,
		ready,
		broken,
		podfast.DefaultPodComplete,
		podfast.DefaultPodDelete,
		resource.DefaultMetricsResource,
		usage.DefaultUsageFromAnnotation,
	}, "\n---\n")), nil
}

// adjust gives a stage a delay of 0.6 to 1.6 times the given one, evenly spread,
// and one more condition.
func adjust(doc string, delay time.Duration, key string, op v1alpha1.SelectorOperator) (string, error) {
	var s v1alpha1.Stage
	if err := yaml.UnmarshalStrict([]byte(doc), &s); err != nil {
		return "", err
	}
	s.Spec.Delay = &v1alpha1.StageDelay{
		DurationMilliseconds:       new(delay.Milliseconds() * 6 / 10),
		JitterDurationMilliseconds: new(delay.Milliseconds() * 16 / 10), // the upper end, not an addition
	}
	s.Spec.Selector.MatchExpressions = append(s.Spec.Selector.MatchExpressions, v1alpha1.MatchExpression{
		JQ: &v1alpha1.SelectorJQ{Key: key, Operator: op},
	})
	b, err := yaml.Marshal(s)
	return string(b), err
}
