package kafka

import (
	"context"
	"crypto/tls"
	"errors"
	"slices"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"

	"orderly.example/ops"
)

// refused are the answers by which brokers say that we may not.
var refused = []error{kerr.TopicAuthorizationFailed, kerr.ClusterAuthorizationFailed, kerr.GroupAuthorizationFailed, kerr.SaslAuthenticationFailed, kerr.IllegalSaslState, kerr.UnsupportedSaslMechanism}

// explain says what an answer of the brokers means. A caller who has given up is not told a fault of theirs. What brokers
// say in their own words goes to the log, except where it is the reason of a refusal.
func (k *cluster) explain(ctx context.Context, err error, words string) error {
	var said *kerr.Error
	var shards *kadm.ShardErrors
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &shards) && len(shards.Errs) > 0 {
		err = shards.Errs[0].Err
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case errors.As(err, &untrusted):
		return ops.Errorf(ops.Denied, "Kafka cluster %s shows a certificate that nobody vouches for; name who does: ca_file", "Kafka 集群 %s 的证书不受信任;请配置 ca_file", k.name).Because(err)
	case !errors.As(err, &said):
		return ops.Errorf(ops.Unavailable, "Kafka cluster %s cannot be reached; it is tried again", "无法连接 Kafka 集群 %s;将会重试", k.name).Because(err)
	case slices.ContainsFunc(refused, func(r error) bool { return errors.Is(said, r) }):
		return ops.Errorf(ops.Denied, "Kafka cluster %s does not let Orderly in, or not do this (%s); check its user, and that it may create, describe and delete topics and describe groups", "Kafka 集群 %s 拒绝访问或权限不足(%s);请检查账号,以及主题的创建、查看、删除和消费组的查看权限", k.name, said.Message).Because(err)
	case errors.Is(said, kerr.PolicyViolation):
		return ops.Errorf(ops.Denied, "the policy of Kafka cluster %s does not allow it: %s", "Kafka 集群 %s 的策略不允许:%s", k.name, words).Because(err)
	case errors.Is(said, kerr.InvalidReplicationFactor):
		return ops.Errorf(ops.Invalid, "Kafka cluster %s has fewer brokers than replicas are asked for; ask for fewer", "Kafka 集群 %s 的 broker 少于副本数;请减少副本", k.name).At("replicas").Because(err)
	case errors.Is(said, kerr.InvalidPartitions):
		return ops.Errorf(ops.Invalid, "Kafka cluster %s does not take that number of partitions", "Kafka 集群 %s 不接受该分区数", k.name).At("partitions").Because(err)
	case errors.Is(said, kerr.InvalidTopicException):
		return ops.Errorf(ops.Invalid, "Kafka cluster %s does not take the name; perhaps a topic differs from it only by . and _", "Kafka 集群 %s 不接受该名称;可能已有仅 . 与 _ 不同的主题", k.name).At("name").Because(err)
	case errors.Is(said, kerr.InvalidConfig):
		return ops.Errorf(ops.Invalid, "Kafka cluster %s does not take the settings: %s", "Kafka 集群 %s 不接受这些设置:%s", k.name, words).Because(err)
	case errors.Is(said, kerr.UnsupportedVersion):
		return ops.Errorf(ops.Invalid, "Kafka cluster %s is too old for this", "Kafka 集群 %s 版本过低", k.name).Because(err)
	case said.Retriable, errors.Is(said, kerr.ThrottlingQuotaExceeded):
		return ops.Errorf(ops.Unavailable, "Kafka cluster %s cannot do it now (%s); it is tried again", "Kafka 集群 %s 暂时无法处理(%s);将会重试", k.name, said.Message).Because(err)
	}
	return ops.Errorf(ops.Internal, "Kafka cluster %s answered %s; the operators find more in the log", "Kafka 集群 %s 返回 %s;详情请运维人员查看日志", k.name, said.Message).Because(err)
}
