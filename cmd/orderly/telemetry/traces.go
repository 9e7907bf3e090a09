package telemetry

import (
	"context"
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	tracing "go.temporal.io/sdk/contrib/opentelemetry"
	"go.temporal.io/sdk/interceptor"
)

// Traces sends a trace per change to an OTLP endpoint, such as http://127.0.0.1:4318. The returned function flushes what
// is left. An empty endpoint traces nothing and returns nil.
func Traces(ctx context.Context, endpoint, version string) (interceptor.Interceptor, func(context.Context) error, error) {
	if endpoint == "" {
		return nil, func(context.Context) error { return nil }, nil
	}
	exporter, err := otlptracehttp.New(ctx, otlptracehttp.WithEndpointURL(endpoint))
	if err != nil {
		return nil, nil, fmt.Errorf("trace to %s: %w", endpoint, err)
	}
	provider := trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(resource.NewSchemaless(
		attribute.String("service.name", "orderly"), attribute.String("service.version", version),
	)))
	i, err := tracing.NewTracingInterceptor(tracing.TracerOptions{Tracer: provider.Tracer("orderly")})
	if err != nil {
		return nil, nil, fmt.Errorf("trace changes: %w", err)
	}
	return i, provider.Shutdown, nil
}
