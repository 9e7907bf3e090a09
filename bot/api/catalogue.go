package api

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"orderly.example/bot/api/wire"
	"orderly.example/ops"
)

// body wraps what a call answers.
type body[T any] struct{ Body T }

func answer[T any](v T) *body[T] { return &body[T]{Body: v} }

// Spoken is the language of an answer that can have only one.
type Spoken struct {
	Lang string `query:"lang" doc:"Language of the schema's texts: en or zh; default Accept-Language, then the person's"`
}

type nameIn struct {
	Spoken
	Name string `path:"name" doc:"Name or alias of the operation"`
}

type targetsIn struct {
	Prefix string `query:"prefix" doc:"Only targets that start so"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

func (s *server) catalogueRoutes() {
	handle(s, huma.Operation{
		OperationID: "me", Method: http.MethodGet, Path: "/me", Tags: []string{"catalogue"}, Summary: "Who asks, and whom",
	}, s.me)
	handle(s, huma.Operation{
		OperationID: "operations", Method: http.MethodGet, Path: "/operations", Tags: []string{"catalogue"}, Summary: "The catalogue",
	}, s.operations)
	handle(s, huma.Operation{
		OperationID: "operation", Method: http.MethodGet, Path: "/operations/{name}", Tags: []string{"catalogue"}, Summary: "One operation",
		Errors: []int{http.StatusNotFound},
	}, s.operation)
	handle(s, huma.Operation{
		OperationID: "targets", Method: http.MethodGet, Path: "/targets", Tags: []string{"catalogue"}, Summary: "Targets that exist, for completion",
	}, s.targets)
}

func (s *server) me(ctx context.Context, _ *struct{}) (*body[wire.Me], error) {
	return answer(wire.Me{Person: callerOf(ctx).user, Version: s.Version, Demo: s.Demo}), nil
}

func (s *server) operations(ctx context.Context, _ *Spoken) (*body[wire.Offers], error) {
	out := wire.Offers{Operations: make([]wire.Offer, len(s.Operations))}
	for i, op := range s.Operations {
		out.Operations[i] = s.offer(ctx, op)
	}
	return answer(out), nil
}

func (s *server) operation(ctx context.Context, in *nameIn) (*body[wire.Offer], error) {
	op, err := s.Desk.Operation(in.Name)
	if err != nil {
		return nil, err
	}
	return answer(s.offer(ctx, op)), nil
}

// offer asks the policy with nothing known but the person and the operation. A policy that fails denies nothing here:
// the request itself will say what is wrong.
func (s *server) offer(ctx context.Context, op ops.Operation) wire.Offer {
	c := callerOf(ctx)
	o := wire.Offer{Operation: op, Allowed: true, Schema: op.Schema(c.lang)}
	d, err := s.Desk.Policy.Decide(ctx, ops.Facts{
		Operation: op, Now: s.Clock(),
		Request: ops.Request{Operation: op.Name, By: c.user, From: c.speaker("").Origin},
	})
	if err != nil {
		s.Logger.WarnContext(ctx, "the policy does not answer", "operation", op.Name, "error", err)
		return o
	}
	o.Allowed, o.Why = d.Allow || !d.Sure, d.Why
	return o
}

func (s *server) targets(ctx context.Context, in *targetsIn) (*body[wire.Targets], error) {
	out := wire.Targets{Targets: []string{}}
	if s.Places == nil {
		return answer(out), nil
	}
	all, err := s.Places.Targets(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range all {
		if name := t.String(); strings.HasPrefix(name, in.Prefix) {
			out.Targets = append(out.Targets, name)
		}
	}
	slices.Sort(out.Targets)
	out.Targets = slices.Compact(out.Targets)
	out.Targets = out.Targets[:min(in.Limit, len(out.Targets))]
	return answer(out), nil
}
