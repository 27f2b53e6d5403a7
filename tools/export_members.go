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
	// A page counts as an item: a call of many pages gets the time for them.
	export.items = func(in any) int { return in.(*exportMembersIn).MaxRequests }
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
	Rows     int    `json:"rows"`
	Complete bool   `json:"complete" jsonschema_description:"false: not all members were read"`
	Requests int    `json:"requests"`
	Masked   string `json:"masked,omitempty"`
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
// memory of one page, and one number for each member; for a client that reads
// it here, also that of what it is to read.
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
	e := export{
		c: c, fits: in.fits(), out: out, seen: map[apiclient.ID]struct{}{},
		chooser: chooser{c: c, in: in.membership, spending: spending},
	}
	complete, err := e.write(ctx)
	if err != nil {
		return exportMembersOut{}, e.failed(err)
	}
	place, err := out.finish()
	if err != nil {
		return exportMembersOut{}, err
	}
	return exportMembersOut{exportPlace: place, Rows: e.written, Complete: complete, Requests: spending.spent(), Masked: c.maskNote()}, nil
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
	c    *Call
	fits func(apiclient.Member) bool
	out  exportOut
	chooser
	// seen holds who was read. Where somebody leaves meanwhile, the list moves
	// up, and others come twice.
	seen    map[apiclient.ID]struct{}
	written int
}

func (e *export) write(ctx context.Context) (complete bool, err error) {
	whole, err := e.begin(ctx)
	if err != nil {
		return false, err
	}
	complete, err = walkMembers(ctx, e.c, e.chooser.in.list(e.c.network), 1, e.spending, func(page *apiclient.Page[apiclient.Member]) (bool, error) {
		if err := e.take(ctx, page.Items); err != nil {
			return false, err
		}
		e.c.Progress(len(e.seen), 0, fmt.Sprintf("%d members read, %d written", len(e.seen), e.written))
		return true, nil
	})
	return complete && whole && e.unasked == 0, err
}

// take writes those of a page who fit.
func (e *export) take(ctx context.Context, page []apiclient.Member) error {
	var fitting []*apiclient.Member
	for i := range page {
		m := &page[i]
		if _, twice := e.seen[m.ID]; twice {
			continue
		}
		if e.seen[m.ID] = struct{}{}; e.fits(*m) {
			fitting = append(fitting, m)
		}
	}
	fitting, err := e.choose(ctx, fitting)
	if err != nil {
		return err
	}
	for _, m := range fitting {
		if err := e.out.row(m); err != nil {
			return err
		}
		e.written++
	}
	return nil
}

// failed says that no half file stays. An error of the API says the rest.
func (e *export) failed(err error) error {
	if errors.Is(err, context.Canceled) && apiclient.KindOf(err) == "" {
		return &Obstacle{Message: fmt.Sprintf("The export was cancelled after %d members; the unfinished file was removed.", len(e.seen))}
	}
	return err
}
