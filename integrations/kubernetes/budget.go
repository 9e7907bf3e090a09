package kubernetes

import (
	"context"
	"strings"

	policyv1 "k8s.io/api/policy/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// budgets are the disruption budgets that guard the pods of a workload.
func (k *cluster) budgets(ctx context.Context, w workload) ([]policyv1.PodDisruptionBudget, error) {
	list, err := k.api.PolicyV1().PodDisruptionBudgets(w.meta.Namespace).List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	var out []policyv1.PodDisruptionBudget
	for _, b := range list.Items {
		if b.Spec.Selector != nil && w.fits(b.Spec.Selector) {
			out = append(out, b)
		}
	}
	return out, nil
}

// budgetWords says budgets in words, such as "api-pdb: at least 2".
func budgetWords(budgets []policyv1.PodDisruptionBudget) string {
	words := make([]string, len(budgets))
	for i, b := range budgets {
		switch {
		case b.Spec.MinAvailable != nil:
			words[i] = b.Name + ": at least " + b.Spec.MinAvailable.String()
		case b.Spec.MaxUnavailable != nil:
			words[i] = b.Name + ": at most " + b.Spec.MaxUnavailable.String() + " down"
		default:
			words[i] = b.Name + ": all"
		}
	}
	return strings.Join(words, ", ")
}
