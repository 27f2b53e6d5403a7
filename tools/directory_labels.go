package tools

import (
	"context"
	"fmt"
	"iter"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/schema"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// askLabels asks about the labels of members, some at a time, until no more
// may be spent. What was answered is kept also where one fails.
func (c *Call) askLabels(ctx context.Context, d store.Directory, kind string, members []store.DirectoryMember, left func() int) error {
	var mu sync.Mutex
	answers := map[uint64][]uint64{}
	group, asking := errgroup.WithContext(apiclient.Fresh(ctx)) // what is filed as of now is not taken from before
	group.SetLimit(lookupsAtOnce)
	for _, m := range members {
		group.Go(func() error {
			if left() == 0 {
				return nil
			}
			labels, err := c.labelsOf(asking, kind, apiclient.ID(m.ID))
			if err != nil {
				return err
			}
			mu.Lock()
			defer mu.Unlock()
			answers[m.ID] = labels
			return nil
		})
	}
	err := group.Wait()
	if keeping := d.Labels(ctx, kind, c.Now, answers); keeping != nil && err == nil {
		err = keeping
	}
	return err
}

// holders tells of members whether they have a label, and asks as far as it may
// where that is not known.
func (c *Call) holders(ctx context.Context, label store.MemberList, members []*apiclient.Member, left func() int) (map[uint64]bool, error) {
	d := c.directory()
	ids := make([]uint64, len(members))
	for i, m := range members {
		ids[i] = uint64(m.ID)
	}
	since := c.Now.Add(-c.maxAge)
	has, err := d.Held(ctx, label, since, c.clock(), ids)
	if err != nil || !c.maySpend {
		return has, err
	}
	var unasked []store.DirectoryMember
	for _, id := range ids {
		if _, asked := has[id]; !asked {
			unasked = append(unasked, store.DirectoryMember{ID: id})
		}
	}
	if unasked = unasked[:min(len(unasked), left())]; len(unasked) == 0 {
		return has, nil
	}
	if err := c.askLabels(ctx, d, label.Kind, unasked, left); err != nil {
		return nil, err
	}
	return d.Held(ctx, label, since, c.clock(), ids)
}

// labelsOf reads all labels of a kind that a member has. Not found is none,
// also for somebody who has left since the list was read.
func (c *Call) labelsOf(ctx context.Context, kind string, member apiclient.ID) ([]uint64, error) {
	all := apiclient.ListOptions{PerPage: apiclient.MaxPerPage}
	if kind == store.WithTag {
		return idsOf(c.API.MemberTags().All(ctx, member, all), func(t apiclient.Tag) apiclient.ID { return t.ID })
	}
	return idsOf(c.API.MemberBadges().All(ctx, member, all), func(b apiclient.Badge) apiclient.ID { return b.ID })
}

func idsOf[T any](all iter.Seq2[T, error], id func(T) apiclient.ID) ([]uint64, error) {
	var ids []uint64
	for one, err := range all {
		if apiclient.KindOf(err) == apiclient.NotFound {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		ids = append(ids, uint64(id(one)))
	}
	return ids, nil
}

// resolveKept resolves a name like [kindOfThing.resolve], from names that are
// kept where they are young enough and nothing forbids it. It is for reads: what acts looks its
// target up anew, since a name may have gone to another thing.
func resolveKept[T any](ctx context.Context, c *Call, kind string, k kindOfThing[T], ref *schema.Reference) error {
	if _, isID := numeric(*ref); isID || *ref == "" {
		return nil
	}
	d := c.directory()
	names, at, err := d.Names(ctx, kind)
	if err != nil {
		return err
	}
	if !apiclient.IsFresh(ctx) && !at.IsZero() && !c.isOld(at, c.maxAge) {
		var same []uint64
		for id, name := range names {
			if plainName(name) == plainName(string(*ref)) {
				same = append(same, id)
			}
		}
		if len(same) == 1 {
			*ref = schema.Reference(fmt.Sprint(same[0]))
			return nil
		}
	}
	ask := k.all
	k.all = func(ctx context.Context, c *Call) iter.Seq2[T, error] {
		return func(yield func(T, error) bool) {
			read := map[uint64]string{}
			for thing, err := range ask(ctx, c) {
				if !yield(thing, err) || err != nil {
					return
				}
				read[uint64(k.id(thing))] = k.name(thing)
			}
			_ = d.SaveNames(ctx, kind, c.Now, read)
		}
	}
	return k.resolve(apiclient.Fresh(ctx), c, ref)
}
