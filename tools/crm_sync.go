package tools

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// crmTools tell another system about members. Where that is, only the
// operator's configuration can say: an assistant that was talked into
// something cannot send people's data to an address of its choice. What was
// sent cannot be unsent, so it is outward.
func crmTools() []Tool {
	sync := outward(Doc{
		Name: "sync_members_to_crm", Title: "Sync members to CRM", Toolset: membersToolset,
		About: "Posts members who fit to the CRM that the operator configured, max_records a call; go on with the resume_after that it returns. Says who failed and why. A person must approve.",
	}, previewSync, syncMembers)
	// As one action it gets the time for its records.
	sync.steps = func(in any) int { return in.(*syncMembersIn).MaxRecords }
	return []Tool{sync}
}

type syncMembersIn struct {
	memberFilters
	ResumeAfter string `json:"resume_after,omitempty" jsonschema:"maxLength=40" jsonschema_description:"from an earlier call with the same filters"`
	MaxRecords  int    `json:"max_records,omitempty" jsonschema:"minimum=1,maximum=5000,default=500" jsonschema_description:"members to send at most"`
	MaxRequests int    `json:"max_requests,omitempty" jsonschema:"minimum=5,maximum=2000,default=1000" jsonschema_description:"requests for reading members, 100 each"`
}

// Check implements [Checker].
func (in *syncMembersIn) Check() error {
	if _, err := parseCursor(in.ResumeAfter); err != nil {
		return problem("resume_after", `argument "resume_after" must be what an earlier call returned as resume_after, or left out`)
	}
	return in.memberFilters.Check()
}

// cursor is how far a sync is: the member who was done last, and the page on
// which they were. The zero cursor is the beginning.
type cursor struct {
	page   int
	member apiclient.ID
}

var cursorForm = regexp.MustCompile(`^([1-9][0-9]{0,6})-([1-9][0-9]{0,19})$`)

func parseCursor(text string) (cursor, error) {
	if text == "" {
		return cursor{}, nil
	}
	match := cursorForm.FindStringSubmatch(text)
	if match == nil {
		return cursor{}, errors.New("not a cursor")
	}
	page, _ := strconv.Atoi(match[1])
	member, err := strconv.ParseUint(match[2], 10, 64)
	return cursor{page, apiclient.ID(member)}, err
}

func (c cursor) String() string {
	if c == (cursor{}) {
		return ""
	}
	return fmt.Sprintf("%d-%d", c.page, c.member)
}

type syncMembersOut struct {
	Sent        int         `json:"sent"`
	Failed      int         `json:"failed"`
	Unknown     int         `json:"unknown" jsonschema_description:"may have arrived"`
	Outcomes    []crmRecord `json:"outcomes" jsonschema_description:"only who was not sent, 100 at most"`
	Complete    bool        `json:"complete" jsonschema_description:"false: there is more to send"`
	ResumeAfter string      `json:"resume_after,omitempty"`
	Requests    int         `json:"requests" jsonschema_description:"to the Admin API"`
	Masked      string      `json:"masked,omitempty"`
	Note        string      `json:"note,omitempty"`
}

// crmRecord is a member whose record was not simply sent.
type crmRecord struct {
	MemberID apiclient.ID `json:"member_id"`
	Outcome  string       `json:"outcome" jsonschema:"enum=failed,enum=unknown"`
	Problem  string       `json:"problem"`
}

// maxCRMOutcomes bounds how many of them are listed.
const maxCRMOutcomes = 100

// summary implements [partial].
func (o syncMembersOut) summary(action string) (status, message string, ending store.State) {
	if o.Complete && o.Failed+o.Unknown == 0 {
		return statusDone, fmt.Sprintf("Done, %d sent: %s", o.Sent, action), store.Done
	}
	ending = store.Done
	switch {
	case o.Unknown > 0:
		ending = store.Unknown
	case o.Sent == 0 && o.Failed > 0:
		ending = store.NotDone
	}
	return statusPartial, fmt.Sprintf("%d sent, %d failed, %d may have arrived: %s", o.Sent, o.Failed, o.Unknown, action), ending
}

// crmOf returns the CRM, ready to be used, with its token.
func crmOf(ctx context.Context, c *Call) (*CRM, config.Secret, error) {
	switch {
	case c.crm == nil:
		return nil, config.Secret{}, &Obstacle{Message: "There is no CRM to send to. Only the operator can name one: crm.url and crm.token in the configuration file, or MIGHTY_CRM_URL and MIGHTY_CRM_TOKEN."}
	case c.crm.o.Invented && !loopback(c.crm.url):
		return nil, config.Secret{}, &Obstacle{Message: "The members of the sandbox are invented. They are sent to a CRM on this machine only, and the configured one is elsewhere."}
	}
	token, err := c.crm.token(ctx)
	return c.crm, token, err
}

func previewSync(ctx context.Context, c *Call, in syncMembersIn) (guardrails.Preview, error) {
	if err := c.choosable(in.Name, in.Email, in.Location); err != nil {
		return guardrails.Preview{}, err
	}
	crm, _, err := crmOf(ctx, c)
	if err != nil {
		return guardrails.Preview{}, err
	}
	from := "the beginning of the list"
	if in.ResumeAfter != "" {
		from = "where an earlier call ended (" + in.ResumeAfter + ")"
	}
	return guardrails.Preview{
		Action: "Send members' personal data to the CRM.",
		Facts: append([]guardrails.Fact{
			guardrails.Field("to", crm.origin()),
			guardrails.Number("members, at most", in.MaxRecords),
			guardrails.Field("of each", crm.mapping()),
			guardrails.Field("from", from),
			guardrails.Field("pause between two", crm.o.Pace.String()),
		}, append(c.aboutMask(), in.facts()...)...),
		Warnings: []string{"What was sent cannot be taken back from here. Who was sent before is sent again, under the same member_id."},
	}, nil
}

func syncMembers(ctx context.Context, c *Call, in syncMembersIn) (syncMembersOut, error) {
	crm, token, err := crmOf(ctx, c)
	if err != nil {
		return syncMembersOut{}, err
	}
	start, err := parseCursor(in.ResumeAfter)
	if err != nil {
		return syncMembersOut{}, problem("resume_after", err.Error())
	}
	reading, spending := spendingUpTo(ctx, in.MaxRequests)
	s := crmSync{
		c: c, crm: crm, token: token, most: in.MaxRecords, fits: in.fits(), find: start, at: start,
		out: syncMembersOut{Outcomes: []crmRecord{}},
	}
	// Members who left since may have moved the rest a page up.
	complete, err := walkMembers(reading, c, inNetwork(), max(1, start.page-1), spending, func(page *apiclient.Page[apiclient.Member]) (bool, error) {
		return s.page(ctx, page), nil
	})
	s.out.Requests, s.out.Masked = spending.spent(), c.maskNote()
	if err != nil {
		if s.tried() == 0 {
			return syncMembersOut{}, err
		}
		s.stop("The members could not be read further: " + readProblem(err) + ".")
	}
	if s.out.Complete = complete; !complete {
		s.out.ResumeAfter = s.at.String()
		if s.why == "" {
			s.stop("max_requests was spent.")
		}
		s.out.Note = s.why + " To go on, call again with the same filters" + s.goOn() + "."
	}
	if missed := s.out.Failed + s.out.Unknown - len(s.out.Outcomes); missed > 0 {
		s.out.Note = strings.TrimSpace(s.out.Note + fmt.Sprintf(" %d more were not sent and are not listed.", missed))
	}
	return s.out, nil
}

// readProblem tells an error in a few words. Only what is made to be read is
// shown.
func readProblem(err error) string {
	var (
		api      *apiclient.Error
		obstacle *Obstacle
	)
	switch {
	case errors.As(err, &api):
		return api.Error()
	case errors.As(err, &obstacle):
		return strings.TrimSuffix(obstacle.Message, ".")
	case errors.Is(err, context.Canceled):
		return "the call was cancelled"
	}
	return "the call's time ran out"
}

// crmSync is one running sync.
type crmSync struct {
	c     *Call
	crm   *CRM
	token config.Secret
	most  int // records to send
	fits  func(apiclient.Member) bool

	// find is whom an earlier call did last; zero once they are found or given
	// up. held are members who come after them unless they are found.
	find cursor
	held []held

	// at is where a later call goes on. It stays before failures in a row, so
	// that these are tried again.
	at     cursor
	inARow int
	why    string // it stopped
	out    syncMembersOut
}

// held is a member with their place in the list.
type held struct {
	cursor
	member apiclient.Member
}

func (s *crmSync) tried() int { return s.out.Sent + s.out.Failed + s.out.Unknown }

func (s *crmSync) goOn() string {
	if s.at == (cursor{}) {
		return ""
	}
	return " and resume_after"
}

func (s *crmSync) stop(why string) { s.why = why }

// page sends a page's members and reports whether to go on.
func (s *crmSync) page(ctx context.Context, page *apiclient.Page[apiclient.Member]) bool {
	for _, m := range page.Items {
		s.held = append(s.held, held{cursor{page.Page, m.ID}, m})
	}
	if s.find != (cursor{}) {
		i := slices.IndexFunc(s.held, func(h held) bool { return h.cursor.member == s.find.member })
		switch {
		case i >= 0:
			s.held = s.held[i+1:]
		case len(s.held) == 0:
			// Many have left. Who came after the cursor now stands before it.
			s.at = cursor{}
			s.stop("The list no longer reaches to resume_after.")
			return false
		case page.Page < s.find.page && page.NextPage != 0:
			return true
		}
		// Whoever was last has left: some come twice, which does no harm.
		s.find = cursor{}
	}
	for _, h := range s.held {
		if !s.take(ctx, h) {
			return false
		}
	}
	s.held = nil
	return true
}

// take sends a member, if they fit, and reports whether to go on.
func (s *crmSync) take(ctx context.Context, h held) bool {
	if !s.fits(h.member) {
		if s.inARow == 0 {
			s.at = h.cursor
		}
		return true
	}
	switch {
	case s.tried() == s.most:
		s.stop("max_records were sent or tried.")
		return false
	case guardrails.CallerLeft(ctx):
		s.stop("The call was cancelled.")
		return false
	}
	if s.tried() > 0 && s.crm.o.Sleep(ctx, s.crm.o.Pace) != nil {
		s.stop("The call's time ran out.")
		return false
	}
	record, err := s.crm.record(s.c.network, &h.member)
	if err == nil {
		err = s.crm.post(ctx, s.token, record)
	}
	goOn := s.note(h, err)
	s.c.Progress(s.tried(), 0, fmt.Sprintf("%d sent, %d not; resume_after %s", s.out.Sent, s.tried()-s.out.Sent, s.at))
	return goOn
}

// note takes down what became of a record.
func (s *crmSync) note(h held, err error) (goOn bool) {
	if err == nil {
		s.out.Sent++
		s.at, s.inARow = h.cursor, 0
		return true
	}
	failure := &crmError{reason: "the record could not be made"}
	errors.As(err, &failure)
	outcome := "failed"
	if failure.unknown {
		outcome = "unknown"
		s.out.Unknown++
	} else {
		s.out.Failed++
	}
	if len(s.out.Outcomes) < maxCRMOutcomes {
		s.out.Outcomes = append(s.out.Outcomes, crmRecord{h.cursor.member, outcome, failure.reason})
	}
	s.inARow++
	if failure.final || s.inARow == bulkFailures {
		s.stop("It stopped, since the rest would fail too: " + failure.reason + ".")
		return false
	}
	return true
}
