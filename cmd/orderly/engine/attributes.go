package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	enums "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/durationpb"

	"orderly.example/workflows/change"
)

// SearchAttributes are those of a change, with their types.
func SearchAttributes() map[string]enums.IndexedValueType {
	return map[string]enums.IndexedValueType{
		change.SearchOperation.GetName(): enums.INDEXED_VALUE_TYPE_KEYWORD,
		change.SearchState.GetName():     enums.INDEXED_VALUE_TYPE_KEYWORD,
		change.SearchRequester.GetName(): enums.INDEXED_VALUE_TYPE_KEYWORD,
		change.SearchServices.GetName():  enums.INDEXED_VALUE_TYPE_KEYWORD_LIST,
		change.SearchEnvs.GetName():      enums.INDEXED_VALUE_TYPE_KEYWORD_LIST,
		change.SearchIDCs.GetName():      enums.INDEXED_VALUE_TYPE_KEYWORD_LIST,
		change.SearchText.GetName():      enums.INDEXED_VALUE_TYPE_TEXT,
	}
}

// Prepare makes the namespace and the search attributes on a Temporal that somebody else runs, if they are missing.
func Prepare(ctx context.Context, c client.Client, namespace string, retention time.Duration) error {
	if retention <= 0 {
		retention = defaultRetention
	}
	_, err := c.WorkflowService().RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace: namespace, WorkflowExecutionRetentionPeriod: durationpb.New(retention),
	})
	var exists *serviceerror.NamespaceAlreadyExists
	var denied *serviceerror.PermissionDenied
	if err != nil && !errors.As(err, &exists) && !errors.As(err, &denied) {
		return fmt.Errorf("make namespace %s: %w", namespace, err)
	}
	return prepareAttributes(ctx, c, namespace)
}

func prepareAttributes(ctx context.Context, c client.Client, namespace string) error {
	have, err := c.OperatorService().ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return fmt.Errorf("list the search attributes of %s: %w", namespace, err)
	}
	missing := map[string]enums.IndexedValueType{}
	for name, kind := range SearchAttributes() {
		if got, ok := have.GetCustomAttributes()[name]; !ok {
			missing[name] = kind
		} else if got != kind {
			return fmt.Errorf("search attribute %s of %s is a %s and must be a %s: remove it, or use a namespace of its own", name, namespace, got, kind)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	_, err = c.OperatorService().AddSearchAttributes(ctx, &operatorservice.AddSearchAttributesRequest{Namespace: namespace, SearchAttributes: missing})
	if err != nil {
		return fmt.Errorf("add search attributes to %s: %w", namespace, err)
	}
	return nil
}
