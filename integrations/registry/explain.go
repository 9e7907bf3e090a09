package registry

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"orderly.example/ops"
)

// helps says whether asking once more, with GET, may tell more than HEAD did: not when nobody is there, or the answer
// was clear.
func helps(err error) bool {
	if status := statusOf(err); status != 0 {
		return status/100 == 4 && status != http.StatusUnauthorized && status != http.StatusTooManyRequests && status != http.StatusRequestTimeout || status == http.StatusNotImplemented
	}
	return !isAway(err)
}

// isAway says whether it was the connection that failed.
func isAway(err error) bool {
	var broken *net.OpError
	var unknown *net.DNSError
	return errors.As(err, &broken) || errors.As(err, &unknown) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}

func statusOf(err error) int {
	if e := (*transport.Error)(nil); errors.As(err, &e) {
		return e.StatusCode
	}
	return 0
}

// explain explains why there is no digest.
func (q *question) explain(ctx context.Context, err error) error {
	host := q.ref.Context().RegistryStr()
	switch status := statusOf(err); {
	case status == http.StatusNotFound:
		return q.missing(ctx).Because(err)
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		return q.denied().Because(err)
	case status == http.StatusTooManyRequests:
		return ops.Errorf(ops.Unavailable, "the registry %s is asked too often; it is tried again", "对镜像仓库 %s 的查询过于频繁;将会重试", host).Because(err)
	case status/100 == 5, status == http.StatusRequestTimeout:
		return ops.Errorf(ops.Unavailable, "the registry %s cannot answer now (%d); it is tried again", "镜像仓库 %s 暂时无法响应(%d);将会重试", host, status).Because(err)
	case status/100 == 4:
		return ops.Errorf(ops.Invalid, "the registry %s does not take the question for %s: %s; check the reference", "镜像仓库 %s 不接受对 %s 的查询:%s;请检查镜像引用", host, q.ref, words(err)).Because(err)
	}
	return q.away(err).Because(err)
}

// missing explains that there is no such image, and names the tags that could be meant.
func (q *question) missing(ctx context.Context) *ops.Error {
	repository := q.ref.Context().String()
	tags, err := q.tags(ctx)
	if statusOf(err) == http.StatusNotFound {
		return ops.Errorf(ops.NotFound, "there is no repository %s; check the name, and whether anything was pushed to it", "没有镜像仓库 %s;请检查名称,以及是否已向其推送过镜像", repository)
	}
	tag, ok := q.ref.(name.Tag)
	if !ok {
		return ops.Errorf(ops.NotFound, "%s has no image %s; check the digest, and whether it was pushed or cleaned up", "%s 中没有镜像 %s;请检查摘要,以及它是否已推送或已被清理", repository, q.ref.Identifier())
	}
	near := ops.DidYouMean(tag.TagStr(), tags)
	if near.IsZero() {
		near = ops.Textf("; check the tag, and whether it was pushed", ";请检查标签,以及它是否已推送")
	}
	return ops.Errorf(ops.NotFound, "%s has no tag %s%s", "%s 中没有标签 %s%s", repository, tag.TagStr(), near)
}

// denied explains that we may not see the image.
func (q *question) denied() *ops.Error {
	repository, host := q.ref.Context().String(), q.ref.Context().RegistryStr()
	if _, ok := q.client.credentials[host]; ok {
		return ops.Errorf(ops.Denied, "the registry %s does not show %s to this program; check its credentials and their right to pull, and the name: some registries say the same of what is not there",
			"镜像仓库 %s 不允许本程序查看 %s;请检查凭据及其拉取权限,并核对名称:有些仓库对不存在的镜像也这样答复", host, repository)
	}
	return ops.Errorf(ops.Denied, "the registry %s shows %s to nobody without credentials; configure some for this host, and check the name: some registries say the same of what is not there",
		"镜像仓库 %s 要求凭据才能查看 %s;请为该主机配置凭据,并核对名称:有些仓库对不存在的镜像也这样答复", host, repository)
}

// away explains that there was no answer, or one that no registry gives.
func (q *question) away(err error) *ops.Error {
	host := q.ref.Context().RegistryStr()
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &certificate):
		return ops.Errorf(ops.Unavailable, "the certificate of the registry %s is not trusted; add its authority to those of this machine", "镜像仓库 %s 的证书不受信任;请将其 CA 加入本机信任列表", host)
	case errors.Is(err, context.DeadlineExceeded):
		return ops.Errorf(ops.Unavailable, "the registry %s did not answer within %s; it is tried again", "镜像仓库 %s 未在 %s 内响应;将会重试", host, q.client.timeout)
	case isAway(err):
		return ops.Errorf(ops.Unavailable, "the registry %s cannot be reached; it is tried again, check the name and the network if it stays so", "无法连接镜像仓库 %s;将会重试,若持续如此请检查名称和网络", host)
	case errors.Is(err, http.ErrSchemeMismatch), errors.Is(err, errPlain):
		return ops.Errorf(ops.Invalid, "the registry %s, or where it signs in, speaks plain http, which is not allowed; let it speak https, or name the host in insecure if its network is closed",
			"镜像仓库 %s(或其登录服务)使用明文 http,不被允许;请改用 https,若其处于封闭网络中可将该主机加入 insecure", host)
	}
	return ops.Errorf(ops.Unavailable, "what %s answers is not what a registry says; check that the host is that of a registry", "%s 的答复不是镜像仓库的格式;请检查该主机是否为镜像仓库", host)
}

// maxWords bounds what is repeated of others' words.
const maxWords = 200

// words are the registry's own words about a refusal.
func words(err error) string {
	var e *transport.Error
	if !errors.As(err, &e) || len(e.Errors) == 0 {
		return http.StatusText(statusOf(err))
	}
	said := make([]string, 0, len(e.Errors))
	for _, d := range e.Errors {
		said = append(said, string(d.Code)+" "+d.Message)
	}
	return shorten(strings.Join(said, "; "))
}

// shorten is a message in one line of bounded length.
func shorten(s string) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > maxWords {
		return string(r[:maxWords]) + "…"
	}
	return string(r)
}
