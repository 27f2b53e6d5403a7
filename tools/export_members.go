package tools

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/store"
)

// exportTools write members into files.
//
// export_members changes nothing in the community, and yet it is no read: it
// leaves a file with people's names and addresses on the operator's disk,
// where none of this server's guards reach it any more. Nothing takes that
// back, so it is no write either. Data about people goes out: that is outward,
// and a person must have seen how much of what goes where.
func exportTools() []Tool {
	export := outward(Doc{
		Name: "export_members", Title: "Export members", Toolset: membersToolset,
		About: "Writes members who fit, for people: into a new file in the operator's export folder, or for remote clients into resources whose links come back. To see members use search_members. 1 request per 100 members. A person must approve.",
	}, previewExport, exportMembers)
	// A file is one action, however many are in it; it gets the time for its pages.
	export.steps = func(in any) int { return in.(*exportMembersIn).MaxRequests }
	return []Tool{export}
}

type exportMembersIn struct {
	memberFilters
	membership
	Format      string   `json:"format,omitempty" jsonschema:"enum=csv,enum=ndjson,default=csv" jsonschema_description:"file format"`
	Fields      []string `json:"fields,omitempty" jsonschema:"maxItems=30" jsonschema_description:"default names, email, member_type, location, created_at"`
	FileName    string   `json:"file_name,omitempty" jsonschema:"maxLength=80" jsonschema_description:"without extension; default one with the time"`
	MaxRequests int      `json:"max_requests,omitempty" jsonschema:"minimum=1,maximum=2000,default=1000" jsonschema_description:"requests to spend at most"`
}

// Check implements [Checker]. It writes the usual fields down where none were
// chosen, so that what is approved says them.
func (in *exportMembersIn) Check() error {
	if len(in.Fields) == 0 {
		in.Fields = usualFields()
	}
	if _, err := chosenFields(in.Fields); err != nil {
		return problem("fields", `argument "fields": `+err.Error())
	}
	for i, name := range in.Fields {
		if slices.Contains(in.Fields[:i], name) {
			return problem("fields", fmt.Sprintf(`argument "fields": %s is there twice`, name))
		}
	}
	if in.FileName != "" && !simpleName.MatchString(in.FileName) {
		return problem("file_name", `argument "file_name" must be a simple name of letters, digits, "-" and "_", without folder and extension`)
	}
	return in.memberFilters.Check()
}

type exportMembersOut struct {
	exportPlace
	Rows     int  `json:"rows"`
	Complete bool `json:"complete" jsonschema_description:"false: not all members were read"`
	Requests int  `json:"requests"`
	// AgeSeconds is left out where all was read for this call.
	AgeSeconds *int   `json:"age_seconds,omitempty"`
	Note       string `json:"note,omitempty"`
	Masked     string `json:"masked,omitempty"`
}

// summary implements [partial].
func (o exportMembersOut) summary(action string) (status, message string, ending store.State) {
	if o.Complete {
		return statusDone, "Done: " + action, store.Done
	}
	return statusPartial, fmt.Sprintf("Done for the members whom %d requests reach, which is max_requests; there are more: %s", o.Requests, action), store.Done
}

// links implements [linked].
func (o exportMembersOut) links() []ExportLink { return o.Links }

func previewExport(ctx context.Context, c *Call, in exportMembersIn) (guardrails.Preview, error) {
	if err := c.choosable(in.Name, in.Email, in.Location); err != nil {
		return guardrails.Preview{}, err
	}
	p, err := in.previewPlace(ctx, c)
	if err != nil {
		return p, err
	}
	p.Facts = slices.Concat([]guardrails.Fact{
		guardrails.Number("members, at most", in.MaxRequests*apiclient.MaxPerPage),
		guardrails.Field("fields", strings.Join(in.Fields, ", ")),
		guardrails.Field("format", in.Format),
	}, p.Facts, []guardrails.Fact{guardrails.Number("requests, at most", in.MaxRequests)}, c.aboutMask())
	who, err := in.membership.facts(ctx, c)
	if in.membership.none() || in.memberFilters != (memberFilters{}) {
		who = append(in.memberFilters.facts(), who...)
	}
	p.Facts = append(p.Facts, who...)
	return p, err
}

// previewPlace says where the export would go, and fails where it could not.
func (in exportMembersIn) previewPlace(ctx context.Context, c *Call) (guardrails.Preview, error) {
	if shelf := shelfOf(ctx); shelf != nil {
		return guardrails.Preview{
			Action:   "Hand members' personal data to the client that asks, as resources that it can read.",
			Facts:    []guardrails.Fact{guardrails.Field("kept for the client", shelf.Lifetime().String())},
			Warnings: []string{"Whoever uses that client can read and keep all of it, and so can the assistant if its client lets it."},
		}, nil
	}
	folder, err := openExports(c.exportDir)
	if err != nil {
		return guardrails.Preview{}, err
	}
	defer folder.close()
	file := "a new one, named after the network and the time"
	if in.FileName != "" {
		file = in.FileName + "." + in.Format
		if err := folder.free(file); err != nil {
			return guardrails.Preview{}, err
		}
	}
	return guardrails.Preview{
		Action:   "Write members' personal data into a file on the computer where this server runs.",
		Facts:    []guardrails.Fact{guardrails.Field("folder", c.exportDir), guardrails.Field("file", file)},
		Warnings: []string{"The file is not encrypted, and nothing deletes it: keep it away from others, and delete it when it has served."},
	}, nil
}

// exportMembers writes page by page, so that a network of any size needs the
// memory of one page; for a client that reads it here, also that of what it is
// to read. What the directory keeps is read from there; other fields from the
// network itself, and that needs one number for each member.
func exportMembers(ctx context.Context, c *Call, in exportMembersIn) (exportMembersOut, error) {
	fields, err := chosenFields(in.Fields)
	if err != nil {
		return exportMembersOut{}, problem("fields", err.Error())
	}
	out, err := in.open(ctx, c, fields)
	if err != nil {
		return exportMembersOut{}, err
	}
	defer out.discard()

	ctx, spending := spendingUpTo(ctx, in.MaxRequests)
	e := export{c: c, in: in, out: out, spending: spending}
	read := e.fromNetwork
	if !c.off() && !slices.ContainsFunc(in.Fields, func(name string) bool { return !slices.Contains(keptFields(), name) }) {
		read = e.fromDirectory
	}
	known, err := read(ctx)
	if err != nil {
		return exportMembersOut{}, e.failed(err)
	}
	place, err := out.finish()
	if err != nil {
		return exportMembersOut{}, err
	}
	return exportMembersOut{
		exportPlace: place, Rows: e.written, Complete: known.complete, Requests: spending.spent(),
		AgeSeconds: c.age(known.since), Note: strings.Join(known.notes, " "), Masked: c.maskNote(),
	}, nil
}

func (in exportMembersIn) open(ctx context.Context, c *Call, fields []memberField) (exportOut, error) {
	name := in.name(c)
	if shelf := shelfOf(ctx); shelf != nil {
		return newShelfOut(shelf, name, in.Format, fields)
	}
	return newFileOut(c.exportDir, name+"."+in.Format, in.Format, fields)
}

// name names the export. The network's name is the operator's and a plain word.
func (in exportMembersIn) name(c *Call) string {
	if in.FileName != "" {
		return in.FileName
	}
	return strings.ReplaceAll("members-"+c.network+c.Now.UTC().Format("-20060102T150405.000Z"), ".", "-")
}

// export is one running export.
type export struct {
	c        *Call
	in       exportMembersIn
	out      exportOut
	spending *spending
	// read and written count members.
	read, written int
}

// fromNetwork reads the network's own list.
func (e *export) fromNetwork(ctx context.Context) (roster, error) {
	chosen := chooser{c: e.c, in: e.in.membership, spending: e.spending}
	whole, err := chosen.begin(ctx)
	if err != nil {
		return roster{}, err
	}
	fits := e.in.fits()
	// Where somebody leaves meanwhile, the list moves up, and others come twice.
	seen := map[apiclient.ID]struct{}{}
	complete, err := walkMembers(ctx, e.c, e.in.membership.list(), 1, e.spending, func(page *apiclient.Page[apiclient.Member]) (bool, error) {
		var fitting []*apiclient.Member
		for i := range page.Items {
			m := &page.Items[i]
			if _, twice := seen[m.ID]; twice {
				continue
			}
			if seen[m.ID] = struct{}{}; fits(*m) {
				fitting = append(fitting, m)
			}
		}
		e.read = len(seen)
		fitting, err := chosen.choose(ctx, fitting)
		if err != nil {
			return false, err
		}
		return true, e.rows(fitting)
	})
	out := roster{complete: complete && whole && chosen.unasked == 0}
	if err == nil && complete && e.in.membership.list() == inNetwork() {
		err = e.passedOver(ctx, seen, func(m *apiclient.Member) error {
			if !fits(*m) {
				return nil
			}
			chosen, err := chosen.choose(ctx, []*apiclient.Member{m})
			if err != nil {
				return err
			}
			return e.rows(chosen)
		}, &out)
	}
	return out, err
}

// passedOver looks for members whom the directory knows and who were on no page
// of the network's list: they have left, or moved up since others did.
func (e *export) passedOver(ctx context.Context, seen map[apiclient.ID]struct{}, visit func(*apiclient.Member) error, out *roster) error {
	var missing []apiclient.ID
	for after, more := uint64(0), !e.c.off(); more; {
		page, err := e.c.local.After(ctx, store.MemberQuery{}, after, exportPage)
		if err != nil {
			return err
		}
		for _, row := range page {
			after = row.ID
			if _, is := seen[apiclient.ID(row.ID)]; !is {
				missing = append(missing, apiclient.ID(row.ID))
			}
		}
		more = len(page) == exportPage
	}
	asked := 0
	for _, id := range missing[:min(len(missing), maxUnseen)] {
		if e.spending.left() == 0 {
			break
		}
		m, err := e.c.member(apiclient.Fresh(ctx), id)
		if kind := apiclient.KindOf(err); err != nil && kind != apiclient.NotFound && kind != apiclient.Canceled {
			break // what was exported is worth more than these
		}
		if err == nil {
			err = visit(m)
		}
		if err != nil && apiclient.KindOf(err) != apiclient.NotFound {
			return err
		}
		asked++
	}
	if left := len(missing) - asked; left > 0 {
		out.note("%d members whom the directory knows were not on the list and not looked up: most of them will have left.", left)
	}
	return nil
}

// exportPage is how many members of the directory are held at a time.
const exportPage = 1_000

// fromDirectory reads the directory, after it was brought up to date.
func (e *export) fromDirectory(ctx context.Context) (roster, error) {
	d := e.c.directory()
	s := search{c: e.c, in: e.in.search(), reading: reading{approved: true, left: e.spending.left}, since: e.c.clock(), complete: true}
	query, err := s.prepare(ctx, d)
	if err != nil {
		return roster{}, err
	}
	e.read = s.searched
	for after := uint64(0); ; {
		if guardrails.CallerLeft(ctx) {
			return roster{}, context.Canceled
		}
		page, err := d.After(ctx, query, after, exportPage)
		if err != nil {
			return roster{}, err
		}
		members := make([]*apiclient.Member, len(page))
		for i, row := range page {
			m := asMember(row)
			members[i], after = &m, row.ID
		}
		if err := e.rows(members); err != nil {
			return roster{}, err
		}
		if len(page) < exportPage {
			return roster{complete: s.complete, since: s.since, notes: s.notes}, nil
		}
	}
}

// search is the search that finds who is exported.
func (in exportMembersIn) search() searchMembersIn {
	f, m := in.memberFilters, in.membership
	return searchMembersIn{
		Name: f.Name, Email: f.Email, Location: f.Location, MemberType: f.MemberType, JoinedAfter: f.JoinedAfter, JoinedBefore: f.JoinedBefore,
		SpaceID: m.SpaceID, PlanID: m.PlanID, TagID: m.TagID, BadgeID: m.BadgeID,
	}
}

// rows writes members.
func (e *export) rows(members []*apiclient.Member) error {
	for _, m := range members {
		if err := e.out.row(m); err != nil {
			return err
		}
		e.written++
	}
	e.c.Progress(e.read, 0, fmt.Sprintf("%d members read, %d written", e.read, e.written))
	return nil
}

// failed says that no half file stays. An error of the API says the rest.
func (e *export) failed(err error) error {
	if errors.Is(err, context.Canceled) && apiclient.KindOf(err) == "" {
		return &Obstacle{Message: fmt.Sprintf("The export was cancelled after %d members; the unfinished file was removed.", e.read)}
	}
	return err
}
