package ops

import (
	"slices"
	"strings"
	"testing"
)

func TestPairs(t *testing.T) {
	for text, want := range map[string][]Pair{
		"":                              nil,
		"a=1":                           {{"a", "1"}},
		`  a.b=1   c="x y"  `:           {{"a.b", "1"}, {"c", "x y"}},
		`a="" b="say \"hi\"" c=x=y`:     {{"a", ""}, {"b", `say "hi"`}, {"c", "x=y"}},
		`url=http://x?a=b#c 键="值 值"`:    {{"url", "http://x?a=b#c"}, {"键", "值 值"}},
		"json=\"{\\n\\t\\\"a\\\": 1}\"": {{"json", "{\n\t\"a\": 1}"}},
	} {
		got, err := ParsePairs(text)
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"a", "=1", "a b=1", `a="x`, `a="x"y`, "a=1 a=2", `"a"=1`, strings.Repeat("k", 129) + "=1", `a="\q"`} {
		if got, err := ParsePairs(text); CodeOf(err) != Invalid || TextOf(err).Zh == "" {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

func FuzzPairs(f *testing.F) {
	f.Add(`a=1 b="x y" c=""`)
	f.Add("a=\xff b=\"\\x00\"")
	f.Fuzz(func(t *testing.T, text string) {
		pairs, err := ParsePairs(text)
		if err != nil {
			return
		}
		again, err := ParsePairs(FormatPairs(pairs))
		if err != nil || !slices.Equal(pairs, again) {
			t.Errorf("%q is %q and then %q (%v)", text, pairs, again, err)
		}
	})
}

func TestSecretKeys(t *testing.T) {
	for key, want := range map[string]bool{
		"db.password": true, "DB_PASSWORD": true, "redisPwd": true, "api.key": true, "apiKey": true, "aws_access_key_id": true, "oauth.client-secret": true,
		"dbpassword": true, "jwtToken": true, "credentials": true, "ssl.private_key": true,
		"timeout": false, "cache.key.prefix": false, "primary.key": false, "tokenizer": false, "monkey": false, "secretary": false, "": false,
	} {
		if SecretKey(key) != want {
			t.Errorf("%s: %v", key, !want)
		}
	}
	if Masked("password", "x") != Mask || Masked("password", "") != "" || Masked("a", "x") != "x" {
		t.Error("masks")
	}
}

func TestTypedSecretsAreRefused(t *testing.T) {
	p := Param{Name: "set", Kind: KindString, Pairs: true}
	_, err := p.Canonical("a=1 db.password=hunter2")
	if CodeOf(err) != Invalid || strings.Contains(err.Error(), "hunter2") || AsError(err).Field != "set" {
		t.Errorf("got %v", err)
	}
	if v, err := p.Canonical(` a=1   b="2" `); v != "a=1 b=2" || err != nil {
		t.Errorf("got %q, %v", v, err)
	}
}
