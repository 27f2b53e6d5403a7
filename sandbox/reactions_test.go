package sandbox

import "testing"

func TestReactions(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	post := a.want("POST", "/posts", path(`{"space_id":%d,"title":"x"}`, n.PaidSpace), 201, "").id(t)
	comment := a.want("POST", path("/posts/%d/comments", post), `{"text":"y"}`, 201, "").id(t)
	for _, test := range []struct {
		list, kind string
		of         func() string
	}{
		{path("/posts/%d/reactions", post), "Post", func() string { return a.box.ReactionOf(post, n.Owner) }},
		{path("/comments/%d/reactions", comment), "Comment", func() string { return a.box.CommentReactionOf(comment, n.Owner) }},
	} {
		a.want("DELETE", test.list, "", 404, "Reaction not found")
		for _, word := range []string{"", " ", "👍 nice", ":heart:", "+1", "\u200b", "👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍👍"} {
			a.want("POST", test.list, path(`{"emoji":%q}`, word), 422, "Emoji is invalid")
		}
		first := a.want("POST", test.list, `{"emoji":"👍🏽"}`, 201, `"emoji":"👍🏽","base_emoji":"👍"`)
		body := first.decode(t)
		if body["targetable_type"] != test.kind || a.number(body, "space_id") != n.PaidSpace || a.number(body, "member_id") != n.Owner {
			t.Errorf("created %s", first.body)
		}
		again := a.want("POST", test.list, `{"emoji":"❤️"}`, 201, `"emoji":"❤️"`)
		if again.id(t) != first.id(t) || test.of() != "❤️" || len(a.ids(test.list)) != 1 {
			t.Errorf("a second reaction is %s, and the list %v", again.body, a.ids(test.list))
		}
		a.want("DELETE", test.list, "", 204, "")
		a.want("DELETE", test.list, "", 404, "Reaction not found")
		if test.of() != "" {
			t.Errorf("reaction %q is still there", test.of())
		}
	}
	for _, gone := range []string{"/posts/1/reactions", "/comments/1/reactions"} {
		a.want("GET", gone, "", 404, "not found")
		a.want("POST", gone, `{"emoji":"👍"}`, 404, "not found")
		a.want("DELETE", gone, "", 404, "not found")
	}
}

// TestOnlyTheOwnReactionIsRemoved: the route names nobody, and leaves what
// others gave.
func TestOnlyTheOwnReactionIsRemoved(t *testing.T) {
	a := serve(t, Options{})
	m, owner := a.box.community, a.box.OwnerID()
	var list string
	var others int
	for to := range m.reactions {
		if to.kind == onPost && m.ownReaction(to, m.members[owner]) < 0 && m.posts[to.id].author.visible() && len(m.reactionsTo(to)) > 1 {
			list, others = path("/posts/%d/reactions", to.id), len(m.reactionsTo(to))
			break
		}
	}
	a.want("POST", list, `{"emoji":"⛵"}`, 201, "")
	a.want("DELETE", list, "", 204, "")
	if got := a.ids(list); len(got) != others {
		t.Errorf("%d of %d reactions are left", len(got), others)
	}
}

func TestCheersCountReactions(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	one := path("/posts/%d/comments/%d/", n.CommentedPost, n.Comment)
	reactions := path("/comments/%d/reactions", n.Comment)
	a.do("DELETE", reactions, "")
	before := a.number(a.want("GET", one, "", 200, "").decode(t), "cheer_count")
	a.want("POST", reactions, `{"emoji":"👏"}`, 201, "")
	if after := a.number(a.want("GET", one, "", 200, "").decode(t), "cheer_count"); after != before+1 {
		t.Errorf("%d cheers before, %d after", before, after)
	}
	a.want("DELETE", one, "", 204, "")
	if a.box.CommentReactionOf(n.Comment, n.Owner) != "" || len(a.box.community.reactions[target{onComment, n.Comment}]) != 0 {
		t.Error("reactions outlive their comment")
	}
}

func TestMute(t *testing.T) {
	a := serve(t, Options{})
	n := a.box.Notable()
	mute := func(post, user uint64) string { return path("/posts/%d/mute?user_id=%d", post, user) }
	for range 2 { // may be repeated
		a.want("POST", mute(n.LatestPost, n.Moderator), "", 204, "")
	}
	if !a.box.Muted(n.LatestPost, n.Moderator) || a.box.Muted(n.LatestPost, n.Owner) || a.box.Muted(n.CommentedPost, n.Moderator) {
		t.Error("muted for the wrong one")
	}
	for range 2 {
		a.want("DELETE", mute(n.LatestPost, n.Moderator), "", 204, "")
	}
	if a.box.Muted(n.LatestPost, n.Moderator) {
		t.Error("still muted")
	}
	for _, method := range []string{"POST", "DELETE"} {
		a.want(method, mute(1, n.Moderator), "", 404, "Post not found")
		a.want(method, mute(n.LatestPost, n.Removed), "", 404, "User not found")
		a.want(method, path("/posts/%d/mute", n.LatestPost), "", 400, "Missing required parameters: user_id")
	}
}
