package apiclient

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/mcp-mighty/mcp-mighty/config"
)

// Defaults of [Options].
const (
	DefaultBaseURL  = "https://api.mn.co"
	DefaultMaxBody  = 8 << 20 // bytes
	DefaultTimeout  = 20 * time.Second
	DefaultMaxPages = 10_000
)

// Options configures a [Client]. Network and Token are required; the zero
// value of every other field means its documented default.
type Options struct {
	// BaseURL is scheme://host[:port] of the API; "" is [DefaultBaseURL].
	// Only https is accepted, plain http on loopback alone. No path, no
	// query, no user name.
	BaseURL string
	// Network is the network's integer id or its subdomain.
	Network string
	// Token is the API key. It is sent to BaseURL's origin and nowhere else.
	Token config.Secret
	// Version goes into the User-Agent "mcp-mighty/VERSION"; "" is "dev".
	Version string

	// Transport puts requests on the wire; nil is the client's own, tuned one.
	// A transport given here is not closed by [Client.Close].
	Transport http.RoundTripper
	// MaxBody bounds an answer's body in bytes, after decompression;
	// 0 is [DefaultMaxBody].
	MaxBody int64
	// Timeout bounds one try, from the first byte sent to the last byte read;
	// 0 is [DefaultTimeout]. A file that is uploaded adds a second for every
	// 256 KiB. The caller's context bounds the whole call.
	Timeout time.Duration
	// MaxPages is how many pages an All iterator fetches before it gives up
	// with an error; 0 is [DefaultMaxPages].
	MaxPages int
	// Logger receives retries (debug) and the breaker's changes (warn). It
	// never receives the key, a query or a body. nil discards.
	Logger *slog.Logger

	// Mask, if there is one, takes the body of every answer, refusals included,
	// before anything reads it, and returns what may be known of it.
	Mask func(body []byte) []byte

	// Retry says how reads are repeated.
	Retry RetrySettings
	// Breaker says when the client stops asking an API that is down.
	Breaker BreakerSettings
	// Rate says how fast the client asks; the zero value sets no limit.
	Rate RateSettings
	// Cache says for how long answers are kept; the zero value keeps none.
	// Identical reads that are under way at the same time are one in any case.
	Cache CacheSettings
	// Writes lets other processes' writes be noticed in what is kept; nil does
	// not.
	Writes WriteCount
	// Account counts what the network's requests cost, and may stop them; nil
	// keeps no account.
	Account Spender

	// Now is the clock for Retry-After dates; nil is [time.Now].
	Now func() time.Time
	// Sleep waits between tries until d is over or ctx is done, and returns
	// ctx's error then; nil waits on a timer.
	Sleep func(ctx context.Context, d time.Duration) error
}

// Client is a client of one network. It is safe for concurrent use.
type Client struct {
	way
	network  string
	maxPages int
}

// New checks the options and returns a client. It sends nothing. Its errors
// name the option that is wrong and never contain the key.
func New(opts Options) (*Client, error) {
	settings, err := opts.check()
	if err != nil {
		return nil, err
	}
	c := &Client{way: newWay(settings), network: opts.Network, maxPages: opts.MaxPages}
	c.said, c.fault = c.readProblem, clientFault
	return c, nil
}

// Close releases idle connections of the client's own transport. Calls that
// are under way end as they would have.
func (c *Client) Close() { c.close() }

// NetworkRef returns the network's id or subdomain, as it was configured.
func (c *Client) NetworkRef() string { return c.network }

// Networks returns the operations on the network itself.
func (c *Client) Networks() NetworksService { return NetworksService{c} }

// Me returns the operations on the key's owner.
func (c *Client) Me() MeService { return MeService{c} }

// Members returns the operations on the network's members.
func (c *Client) Members() MembersService { return MembersService{c} }

// Spaces returns the operations on spaces.
func (c *Client) Spaces() SpacesService { return SpacesService{c} }

// SpaceMembers returns the operations on the members of one space.
func (c *Client) SpaceMembers() SpaceMembersService { return SpaceMembersService{c} }

// Posts returns the operations on posts.
func (c *Client) Posts() PostsService { return PostsService{c} }

// Comments returns the operations on the comments of one post.
func (c *Client) Comments() CommentsService { return CommentsService{c} }

// Events returns the operations on events.
func (c *Client) Events() EventsService { return EventsService{c} }

// RSVPs returns the operations on the answers to one event.
func (c *Client) RSVPs() RSVPsService { return RSVPsService{c} }

// Collections returns the operations on collections of spaces.
func (c *Client) Collections() CollectionsService { return CollectionsService{c} }

// Polls returns the operations on polls and questions.
func (c *Client) Polls() PollsService { return PollsService{c} }

// Courseworks returns the operations on the content of one course.
func (c *Client) Courseworks() CourseworksService { return CourseworksService{c} }

// PostReactions returns the operations on the reactions to one post.
func (c *Client) PostReactions() PostReactionsService { return PostReactionsService{c} }

// CommentReactions returns the operations on the reactions to one comment.
func (c *Client) CommentReactions() CommentReactionsService { return CommentReactionsService{c} }

// AbuseReports returns the operations on abuse reports.
func (c *Client) AbuseReports() AbuseReportsService { return AbuseReportsService{c} }

// Plans returns the operations on plans.
func (c *Client) Plans() PlansService { return PlansService{c} }

// PlanMembers returns the operations on the members of one plan.
func (c *Client) PlanMembers() PlanMembersService { return PlanMembersService{c} }

// PlanInvites returns the operations on the invites to one plan.
func (c *Client) PlanInvites() PlanInvitesService { return PlanInvitesService{c} }

// Invites returns the operations on invites to the network.
func (c *Client) Invites() InvitesService { return InvitesService{c} }

// Subscriptions returns the operations on subscriptions.
func (c *Client) Subscriptions() SubscriptionsService { return SubscriptionsService{c} }

// Purchases returns the operations on purchases.
func (c *Client) Purchases() PurchasesService { return PurchasesService{c} }

// PasswordResets returns the operations on members' passwords.
func (c *Client) PasswordResets() PasswordResetsService { return PasswordResetsService{c} }

// Tags returns the operations on tags.
func (c *Client) Tags() TagsService { return TagsService{c} }

// MemberTags returns the operations on the tags of one member.
func (c *Client) MemberTags() MemberTagsService { return MemberTagsService{c} }

// Badges returns the operations on badges.
func (c *Client) Badges() BadgesService { return BadgesService{c} }

// MemberBadges returns the operations on the badges of one member.
func (c *Client) MemberBadges() MemberBadgesService { return MemberBadgesService{c} }

// CustomFields returns the operations on custom fields.
func (c *Client) CustomFields() CustomFieldsService { return CustomFieldsService{c} }

// CustomFieldOptions returns the operations on the options of one custom field.
func (c *Client) CustomFieldOptions() CustomFieldOptionsService { return CustomFieldOptionsService{c} }

// Answers returns the operations on one member's answers to one custom field.
func (c *Client) Answers() AnswersService { return AnswersService{c} }

// Assets returns the operations on files.
func (c *Client) Assets() AssetsService { return AssetsService{c} }
