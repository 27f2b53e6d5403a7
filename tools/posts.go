package tools

import (
	"context"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/guardrails/untrusted"
	"github.com/mcp-mighty/mcp-mighty/schema"
	"github.com/mcp-mighty/mcp-mighty/store"
)

const postsToolset = "posts"

// postTools read, write and remove posts.
func postTools() []Tool {
	return []Tool{
		read(Doc{
			Name: "list_posts", Title: "List posts", Toolset: postsToolset,
			About: "Posts of the network or of one space, each with an excerpt. The API counts neither comments nor reactions.",
		}, listPosts),
		read(Doc{
			Name: "get_post", Title: "Get post", Toolset: postsToolset,
			About: "One post, with its text.",
		}, getPost),
		write(Doc{
			Name: "create_post", Title: "Create post", Toolset: postsToolset, Anew: true,
			About: "Publishes a post under the key owner's name and notifies nobody (announce_post does).",
		}, previewPost("Publish this post in this space, without notifying anybody."), publish(false), "delete_post",
			func(_ createPostIn, out view[postView], _ map[string]any) *store.Undo {
				post := objectOf[apiclient.Post](out)
				return unmaking(values{"post_id": post.ID}, values{"title": post.Title, "description": post.Description})
			}),
		outward(Doc{
			Name: "announce_post", Title: "Announce post", Toolset: postsToolset, Anew: true,
			About: "Publishes a post like create_post and notifies the members. A person must approve.",
		}, previewAnnouncement, publish(true)),
		write(Doc{
			Name: "update_post", Title: "Update post", Toolset: postsToolset,
			About: "Changes the title or text of a post; what is left out stays. Nobody is notified.",
		}, previewUpdatePost, updatePost, "update_post", func(in updatePostIn, out view[postView], before map[string]any) *store.Undo {
			return putBack(values{"post_id": in.PostID}, before, in.of(objectOf[apiclient.Post](out)))
		}),
		restored(destructive(Doc{
			Name: "delete_post", Title: "Delete post", Toolset: postsToolset,
			About: "Deletes a post with its comments, for good. A person must approve.",
		}, previewDeletePost, deletePost), "create_post", postLimits, func(_, _ postRef, before map[string]any) *store.Undo {
			return restoredPost(before)
		}),
	}
}

const postLimits = "Its text can be published again as a new post under the key owner's name, which says whose it was. Pictures, comments and reactions do not come back."

// postRef names one post.
type postRef struct {
	PostID apiclient.ID `json:"post_id" jsonschema:"minimum=1" jsonschema_description:"post id"`
}

type postView struct {
	ID          apiclient.ID `json:"id"`
	Title       string       `json:"title,omitempty"`
	Summary     string       `json:"summary,omitempty"`
	Description string       `json:"description,omitempty"`
	PostType    string       `json:"post_type,omitempty"`
	Status      string       `json:"status,omitempty"`
	CreatorID   apiclient.ID `json:"creator_id,omitempty"`
	SpaceID     apiclient.ID `json:"space_id,omitempty"`
	PublishedAt string       `json:"published_at,omitempty"`
	Permalink   string       `json:"permalink,omitempty"`
}

type chosenOfPost = chosen[postView, apiclient.Post]

// postRow is a post in a list: its beginning, not its text.
func postRow(d detail) func(apiclient.Post) view[postView] {
	return func(p apiclient.Post) view[postView] {
		if d == full {
			return showPost(&p, d)
		}
		fields := postHead(p)
		if fields.Summary = excerpt(p.Summary); fields.Summary == "" {
			fields.Summary = excerpt(p.Description)
		}
		return show(fields, p.Raw, d)
	}
}

func showPost(p *apiclient.Post, d detail) view[postView] {
	fields := postHead(*p)
	fields.Description, fields.Permalink = body(p.Description, d), line(p.Permalink)
	return show(fields, p.Raw, d)
}

func postHead(p apiclient.Post) postView {
	return postView{
		ID: p.ID, Title: line(p.Title), PostType: line(p.PostType), Status: line(p.Status),
		CreatorID: p.CreatorID, SpaceID: p.SpaceID, PublishedAt: stamp(p.PublishedAt),
	}
}

type listPostsIn struct {
	SpaceID schema.Reference `json:"space_id,omitempty" jsonschema_description:"id or exact name"`
	paged
	detailed
	chosenOfPost
}

// Resolve implements [Resolver].
func (in *listPostsIn) Resolve(ctx context.Context, c *Call) error {
	return spaceThing().resolve(ctx, c, &in.SpaceID)
}

func listPosts(ctx context.Context, c *Call, in listPostsIn) (list[view[postView]], error) {
	page, err := c.API.Posts().List(ctx, apiclient.PostList{ListOptions: in.options(), SpaceID: idOf(in.SpaceID)})
	if err != nil {
		return list[view[postView]]{}, err
	}
	return listOf(c, page, in.rows(postRow, in.Detail))
}

type getPostIn struct {
	postRef
	detailed
	chosenOfPost
}

func getPost(ctx context.Context, c *Call, in getPostIn) (view[postView], error) {
	post, err := c.API.Posts().Get(ctx, in.PostID)
	if err != nil {
		return view[postView]{}, err
	}
	return in.of(showPost(post, in.from(in.Detail))), nil
}

type createPostIn struct {
	spaceRef
	Title       string `json:"title" jsonschema:"minLength=1,maxLength=300" jsonschema_description:"title"`
	Description string `json:"description,omitempty" jsonschema:"maxLength=100000" jsonschema_description:"text, HTML allowed"`
}

// previewPost shows the post; the space's name only to a person.
func previewPost(action string) preview[createPostIn] {
	return func(ctx context.Context, c *Call, in createPostIn) (guardrails.Preview, error) {
		p := guardrails.Preview{Action: action, Facts: append([]guardrails.Fact{guardrails.Quote("title", in.Title)}, aboutText(in.Description)...)}
		where, err := aboutTargetSpace(ctx, c, in.id())
		p.Facts = append(p.Facts, where...)
		return p, err
	}
}

// aboutText shows a text that people will read, as they will read it.
func aboutText(html string) []guardrails.Fact {
	return guardrails.QuoteAll("text", html, untrusted.HTML(html, 100_000))
}

func previewAnnouncement(ctx context.Context, c *Call, in createPostIn) (guardrails.Preview, error) {
	p, err := previewPost("Publish this post in this space and notify the members.")(ctx, c, in)
	p.Warnings = []string{"The notification goes out at once and cannot be called back."}
	return p, err
}

// publish always says whether to notify: the API's own default is not known.
func publish(notify bool) run[createPostIn, view[postView]] {
	return func(ctx context.Context, c *Call, in createPostIn) (view[postView], error) {
		post, err := c.API.Posts().Create(ctx, apiclient.PostCreate{
			SpaceID: in.id(), Title: in.Title, Description: in.Description, Notify: notify,
		})
		if err != nil {
			return view[postView]{}, err
		}
		return postRow(concise)(*post), nil
	}
}

type updatePostIn struct {
	postRef
	Title       *string `json:"title,omitempty" jsonschema:"minLength=1,maxLength=300" jsonschema_description:"new title"`
	Description *string `json:"description,omitempty" jsonschema:"maxLength=100000" jsonschema_description:"new text, HTML allowed"`
}

// Check implements [Checker].
func (in *updatePostIn) Check() error {
	if in.Title == nil && in.Description == nil {
		return problem("title", `nothing to change: give "title", "description" or both`)
	}
	return nil
}

func previewUpdatePost(ctx context.Context, c *Call, in updatePostIn) (guardrails.Preview, error) {
	post, err := c.API.Posts().Get(ctx, in.PostID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{
		Action: "Change this post; nobody is notified.",
		Facts:  []guardrails.Fact{guardrails.Number("post id", post.ID), guardrails.Quote("title", post.Title)},
		Before: in.of(post),
	}
	if in.Title != nil {
		p.Facts = append(p.Facts, guardrails.Quote("new title", *in.Title))
		if post.Title == "" {
			dropped(&p, "title", "the post has no title now, and the API takes none away.")
		}
	}
	if in.Description != nil {
		p.Facts = append(p.Facts, guardrails.Quote("new text", excerpt(*in.Description)))
	}
	return p, nil
}

// of returns what of a post the change is about.
func (in *updatePostIn) of(post *apiclient.Post) values {
	v := values{}
	if in.Title != nil {
		v["title"] = post.Title
	}
	if in.Description != nil {
		v["description"] = post.Description
	}
	return v
}

func updatePost(ctx context.Context, c *Call, in updatePostIn) (view[postView], error) {
	post, err := c.API.Posts().Update(ctx, in.PostID, apiclient.PostUpdate{Title: in.Title, Description: in.Description, Notify: false})
	err = c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		var readErr error
		post, readErr = c.API.Posts().Get(ctx, in.PostID)
		return readErr == nil && is(in.Title, post.Title) && is(in.Description, post.Description), readErr
	})
	if err != nil {
		return view[postView]{}, err
	}
	return postRow(concise)(*post), nil
}

func previewDeletePost(ctx context.Context, c *Call, in postRef) (guardrails.Preview, error) {
	post, err := c.API.Posts().Get(ctx, in.PostID)
	if err != nil {
		return guardrails.Preview{}, err
	}
	p := guardrails.Preview{
		Action: "Delete this post with its comments.",
		Facts: []guardrails.Fact{
			guardrails.Number("post id", post.ID), guardrails.Quote("title", post.Title),
			guardrails.Quote("text", excerpt(post.Description)), guardrails.Field("published", day(post.PublishedAt)),
		},
		Warnings: []string{"The post itself cannot be restored."},
		Before: map[string]any{
			"space_id": post.SpaceID, "title": post.Title, "description": post.Description,
			"author_id": post.CreatorID, "published": day(post.PublishedAt),
		},
	}
	author, name, err := aboutAuthor(ctx, c, post.CreatorID)
	p.Facts, p.Before["author"] = append(p.Facts, author...), name
	if restoredPost(p.Before) == nil {
		p.Reversal = noWayBack
	}
	return p, err
}

// aboutAuthor says who wrote something, and how they are called; "" for who is
// no longer there.
func aboutAuthor(ctx context.Context, c *Call, id apiclient.ID) ([]guardrails.Fact, string, error) {
	author, err := c.API.Members().Get(ctx, id)
	switch {
	case apiclient.KindOf(err) == apiclient.NotFound:
		return []guardrails.Fact{guardrails.Field("author", "no longer a member")}, "", nil
	case err != nil:
		return nil, "", err
	}
	return []guardrails.Fact{guardrails.Quote("author", author.FullName()), guardrails.Number("author id", author.ID)}, author.FullName(), nil
}

func deletePost(ctx context.Context, c *Call, in postRef) (postRef, error) {
	err := c.API.Posts().Delete(ctx, in.PostID)
	return in, c.settle(ctx, err, func(ctx context.Context) (bool, error) {
		return gone(c.API.Posts().Get(ctx, in.PostID))
	})
}
