package scale

import (
	"math"
	"strconv"

	"orderly.example/ops"
)

// maxInstances bounds what one target may be scaled to; more is a slip of the finger.
const maxInstances = 1000

// amount turns what a person wrote and the present number into the number wanted. A factor rounds up.
func amount(written string, now int) (int, error) {
	want, err := arithmetic(written, now)
	if err != nil {
		return 0, err
	}
	if want < 0 {
		return 0, ops.Errorf(ops.Invalid, "%s from %d instances would be less than none", "%[2]d 个实例执行 %[1]s 后小于 0", written, now).At("replicas")
	}
	if want > maxInstances {
		return 0, ops.Errorf(ops.Invalid, "%s would be %d instances; the most is %d", "%s 将为 %d 个实例,最多 %d 个", written, want, maxInstances).At("replicas")
	}
	return want, nil
}

func arithmetic(written string, now int) (int, error) {
	runes := []rune(written)
	if len(runes) > 1 && (runes[0] == 'x' || runes[0] == '×') {
		f, err := strconv.ParseFloat(string(runes[1:]), 64)
		if err != nil {
			return 0, notAmount(written)
		}
		return int(math.Ceil(f*float64(now) - 1e-9)), nil
	}
	n, err := strconv.Atoi(written)
	if err != nil {
		return 0, notAmount(written)
	}
	if runes[0] == '+' || runes[0] == '-' {
		return now + n, nil
	}
	return n, nil
}

func notAmount(written string) error {
	return ops.Errorf(ops.Invalid, "%q is not a number of instances; write 6, +2, -1 or x1.5", "%q 不是实例数,请写成 6、+2、-1 或 x1.5", written).At("replicas")
}
