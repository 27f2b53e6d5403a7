package apiclient

import (
	"bytes"
	lru "container/list"
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

const (
	defaultKeptBytes = 8 << 20
	// keptOverhead is about what an answer costs beside its body and address.
	keptOverhead = 1 << 10
	// keptShare is the largest part of the bound that one answer may take.
	keptShare = 4
)

func (c *CacheSettings) fill() error {
	if c.Settings < 0 || c.Lists < 0 || c.MaxBytes < 0 {
		return errors.New("no setting can be negative")
	}
	c.MaxBytes = orDefault(c.MaxBytes, defaultKeptBytes)
	return nil
}

// keptAnswers are answers by their address, the least used last. Who uses it
// holds a lock.
type keptAnswers struct {
	conf  CacheSettings
	byKey map[string]*lru.Element
	order *lru.List // of *keptAnswer
	size  int
	swept time.Time
}

type keptAnswer struct {
	key    string
	op     *Operation
	resp   *http.Response // its body is in body
	body   []byte
	stored time.Time
	ttl    time.Duration
}

func newKeptAnswers(conf CacheSettings) keptAnswers {
	return keptAnswers{conf: conf, byKey: map[string]*lru.Element{}, order: lru.New()}
}

// response is an answer of one's own.
func (k *keptAnswer) response(req *http.Request) *http.Response {
	return replica(k.resp, bytes.Clone(k.body), req)
}

func (k *keptAnswer) size() int { return len(k.body) + len(k.key) + keptOverhead }

// isOver also holds when the clock was set back, since the age is not known
// then.
func (k *keptAnswer) isOver(now time.Time) bool {
	age := now.Sub(k.stored)
	return age < 0 || age >= k.ttl
}

// get returns the answer that is kept under key, or nil.
func (k *keptAnswers) get(key string, now time.Time) *keptAnswer {
	at := k.byKey[key]
	if at == nil {
		return nil
	}
	kept := at.Value.(*keptAnswer)
	if kept.isOver(now) {
		k.remove(key)
		return nil
	}
	k.order.MoveToFront(at)
	return kept
}

// put keeps an answer for as long as its kind says.
func (k *keptAnswers) put(key string, op *Operation, resp *http.Response, body []byte, now time.Time) {
	k.remove(key)
	if op == nil {
		return
	}
	ttl := k.conf.Lists
	if isSetting(op.resource()) {
		ttl = k.conf.Settings
	}
	kept := &keptAnswer{key: key, op: op, body: body, stored: now, ttl: ttl}
	if ttl <= 0 || resp.StatusCode != http.StatusOK || kept.size() > k.conf.MaxBytes/keptShare || !json.Valid(body) {
		return
	}
	k.sweep(now)
	kept.body = bytes.Clone(body)
	kept.resp = replica(resp, nil, nil)
	k.byKey[key] = k.order.PushFront(kept)
	for k.size += kept.size(); k.size > k.conf.MaxBytes; {
		k.remove(k.order.Back().Value.(*keptAnswer).key)
	}
}

// sweep lets go what nobody asked for in time: answers hold what members
// wrote, and stay no longer than they are of use.
func (k *keptAnswers) sweep(now time.Time) {
	if age := now.Sub(k.swept); age >= 0 && age < max(min(k.conf.Lists, k.conf.Settings), time.Second) {
		return
	}
	k.swept = now
	for key, at := range k.byKey {
		if at.Value.(*keptAnswer).isOver(now) {
			k.remove(key)
		}
	}
}

// drop forgets what a write may have changed.
func (k *keptAnswers) drop(touched touches) {
	for key, at := range k.byKey {
		if touched.reach(at.Value.(*keptAnswer).op) {
			k.remove(key)
		}
	}
}

func (k *keptAnswers) remove(key string) {
	if at := k.byKey[key]; at != nil {
		k.size -= at.Value.(*keptAnswer).size()
		k.order.Remove(at)
		delete(k.byKey, key)
	}
}
