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
		About: "Writes members who fit into a new file in the operator's export folder, for people; you do not see it (search_members shows members). 1 request per 100 members. A person must approve.",
	}, previewExport, exportMembers)
	// A page counts as an item: a call of many pages gets the time for them.
	export.items = func(in any) int { return in.(*exportMembersIn).MaxRequests }
	return []Tool{export}
}

type exportMembersIn struct {
	memberFilters
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
	File     string `json:"path" jsonschema_description:"within the export folder"`
	Rows     int    `json:"rows"`
	Bytes    int64  `json:"bytes"`
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

func previewExport(_ context.Context, c *Call, in exportMembersIn) (guardrails.Preview, error) {
	if err := c.choosable(in.Name, in.Email, in.Location); err != nil {
		return guardrails.Preview{}, err
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
		Action: "Write members' personal data into a file on the computer where this server runs.",
		Facts: append([]guardrails.Fact{
			guardrails.Number("members, at most", in.MaxRequests*apiclient.MaxPerPage),
			guardrails.Field("fields", strings.Join(in.Fields, ", ")),
			guardrails.Field("folder", c.exportDir),
			guardrails.Field("file", file),
			guardrails.Number("requests, at most", in.MaxRequests),
		}, append(c.aboutMask(), in.facts()...)...),
		Warnings: []string{"The file is not encrypted, and nothing deletes it: keep it away from others, and delete it when it has served."},
	}, nil
}

// exportMembers writes page by page, so that a network of any size needs the
// memory of one page, and one number for each member.
func exportMembers(ctx context.Context, c *Call, in exportMembersIn) (exportMembersOut, error) {
	fields, err := chosenFields(in.Fields)
	if err != nil {
		return exportMembersOut{}, problem("fields", err.Error())
	}
	folder, err := openExports(c.exportDir)
	if err != nil {
		return exportMembersOut{}, err
	}
	defer folder.close()
	file, err := folder.create(in.file(c))
	if err != nil {
		return exportMembersOut{}, err
	}
	defer file.discard()

	ctx, spending := spendingUpTo(ctx, in.MaxRequests)
	e := export{c: c, fields: fields, fits: in.fits(), rows: newRowWriter(in.Format, file.buffer), seen: map[apiclient.ID]struct{}{}}
	complete, err := e.write(ctx, spending)
	if err != nil {
		return exportMembersOut{}, e.failed(err)
	}
	if err := file.publish(); err != nil {
		return exportMembersOut{}, err
	}
	return exportMembersOut{File: file.name, Rows: e.written, Bytes: file.size, Complete: complete, Requests: spending.spent(), Masked: c.maskNote()}, nil
}

// file names the file. The network's name is the operator's and a plain word.
func (in exportMembersIn) file(c *Call) string {
	name := in.FileName
	if name == "" {
		name = "members-" + c.network + c.Now.UTC().Format("-20060102T150405.000Z")
		name = strings.ReplaceAll(name, ".", "-")
	}
	return name + "." + in.Format
}

// export is one running export.
type export struct {
	c      *Call
	fields []memberField
	fits   func(apiclient.Member) bool
	rows   rowWriter
	// seen holds who was read. Where somebody leaves meanwhile, the list moves
	// up, and others come twice.
	seen    map[apiclient.ID]struct{}
	written int
}

func (e *export) write(ctx context.Context, s *spending) (complete bool, err error) {
	if err := e.rows.header(e.fields); err != nil {
		return false, fileObstacle(err)
	}
	complete, err = walkMembers(ctx, e.c, 1, s, func(page *apiclient.Page[apiclient.Member]) (bool, error) {
		for i := range page.Items {
			if err := e.take(&page.Items[i]); err != nil {
				return false, err
			}
		}
		e.c.Progress(len(e.seen), 0, fmt.Sprintf("%d members read, %d written", len(e.seen), e.written))
		return true, nil
	})
	if err == nil {
		if flushErr := e.rows.flush(); flushErr != nil {
			err = fileObstacle(flushErr)
		}
	}
	return complete, err
}

func (e *export) take(m *apiclient.Member) error {
	if _, twice := e.seen[m.ID]; twice {
		return nil
	}
	e.seen[m.ID] = struct{}{}
	if !e.fits(*m) {
		return nil
	}
	if err := e.rows.row(e.fields, m); err != nil {
		return fileObstacle(err)
	}
	e.written++
	return nil
}

// failed says that no half file stays. An error of the API says the rest.
func (e *export) failed(err error) error {
	if errors.Is(err, context.Canceled) && apiclient.KindOf(err) == "" {
		return &Obstacle{Message: fmt.Sprintf("The export was cancelled after %d members; the unfinished file was removed.", len(e.seen))}
	}
	return err
}
