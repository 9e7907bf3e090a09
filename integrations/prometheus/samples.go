package prometheus

import (
	"math"
	"strconv"

	"github.com/prometheus/common/model"

	"orderly.example/activities"
	"orderly.example/ops"
)

// samples are the values in the result of a query, in its order.
func samples(value model.Value) ([]activities.Sample, error) {
	switch v := value.(type) {
	case *model.Scalar:
		return []activities.Sample{{Value: written(float64(v.Value))}}, nil
	case model.Vector:
		return ofVector(v)
	case model.Matrix:
		return nil, ops.Errorf(ops.Invalid, "the query gives a range of values and not one; wrap it, such as in last_over_time(...) or rate(...)",
			"该查询返回一段时间内的多个值,而不是单个值;请用 last_over_time(...) 或 rate(...) 等函数包裹")
	}
	return nil, ops.Errorf(ops.Invalid, "the query gives something that is no number (%s); ask for a metric", "该查询返回的不是数值(%s);请查询一个指标", typeOf(value))
}

func typeOf(value model.Value) string {
	if value == nil {
		return "none"
	}
	return value.Type().String()
}

func ofVector(v model.Vector) ([]activities.Sample, error) {
	if len(v) > maxSamples {
		return nil, ops.Errorf(ops.Invalid, "the query gives more than %d samples; aggregate it, such as with sum(...) or max(...)",
			"该查询返回超过 %d 个样本;请用 sum(...) 或 max(...) 等函数聚合", maxSamples)
	}
	out := make([]activities.Sample, 0, len(v))
	for _, s := range v {
		if s.Histogram != nil {
			return nil, ops.Errorf(ops.Invalid, "%s is a histogram and no number; ask for a part of it, such as with histogram_quantile(0.99, ...)",
				"%s 是直方图而不是数值;请查询其中一部分,例如 histogram_quantile(0.99, ...)", s.Metric)
		}
		out = append(out, activities.Sample{Labels: labels(s.Metric), Value: written(float64(s.Value))})
	}
	return out, nil
}

// labels are the name and the labels of a metric in Prometheus's words, and nothing when it has none.
func labels(m model.Metric) string {
	if len(m) == 0 {
		return ""
	}
	return m.String()
}

// written is a value as Prometheus writes it: very small and very large numbers with an exponent.
func written(v float64) string {
	format := byte('f')
	if size := math.Abs(v); size != 0 && (size < 1e-6 || size >= 1e21) {
		format = 'e'
	}
	return strconv.FormatFloat(v, format, -1, 64)
}
