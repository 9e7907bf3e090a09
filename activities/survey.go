package activities

import (
	"context"
	"fmt"

	"golang.org/x/sync/errgroup"

	"orderly.example/ops"
)

// SurveyIn asks for the state of many workloads of one provider.
type SurveyIn struct {
	Places []ops.Place `json:"places"`
}

// Object says how many.
func (in SurveyIn) Object() string {
	if len(in.Places) == 1 {
		return object(in.Places[0])
	}
	return fmt.Sprintf("%d workloads", len(in.Places))
}

// Survey reads many workloads, a few at a time; the answers are in the order of the places and leave out the Place. It
// fails when one of them cannot be read.
var Survey = newStep("survey", read, func(s Statuser, ctx context.Context, in SurveyIn) ([]Workload, error) {
	out := make([]Workload, len(in.Places))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(surveyors)
	for i, p := range in.Places {
		group.Go(func() error {
			w, err := s.Status(ctx, StatusIn{Place: p})
			w.Place = ops.Place{}
			out[i] = w
			return err
		})
	}
	return out, group.Wait()
})

// surveyors is how many workloads a survey reads at a time.
const surveyors = 16
