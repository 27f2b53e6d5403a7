package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"

	"github.com/spf13/cobra"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/config"
	"github.com/mcp-mighty/mcp-mighty/guardrails"
	"github.com/mcp-mighty/mcp-mighty/guardrails/privacy"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
	"github.com/mcp-mighty/mcp-mighty/workspace"
)

// settingsFlags are the flags of every command that works on a network.
type settingsFlags struct {
	config, network, mode, stateDir, logLevel string
	http                                      string // of serve alone
	toolsets, tools, excludeTools             []string

	sandbox bool
	sandboxFlags

	// page opens the way to the approvals page, and returns its address, "" if
	// there is none; nil is none.
	page func(*config.Config) (string, error)
	// reads: the command only looks, and makes no state where there is none.
	reads bool
	// everyTool: all tools are on that the configuration does not exclude.
	everyTool bool
	// transport is what requests to the API go through; nil is the client's own.
	transport http.RoundTripper
	given     func(name string) bool
}

func (f *settingsFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&f.config, "config", "", "configuration file (default: mcp-mighty/config.yaml in the user's configuration directory)")
	flags.StringVar(&f.network, "network", "", "name of the configured network to use")
	flags.StringVar(&f.mode, "mode", "", "read-only, preview or live (default read-only; live with --sandbox)")
	flags.StringSliceVar(&f.toolsets, "toolsets", nil, "toolsets and presets to offer, with commas: core (default), moderator, events, membership, courses, all, or a toolset that 'mcp-mighty tools' shows")
	flags.StringSliceVar(&f.tools, "tools", nil, "tools to offer by name, with commas")
	flags.StringSliceVar(&f.excludeTools, "exclude-tools", nil, "tools not to offer, with commas")
	flags.StringVar(&f.stateDir, "state-dir", "", stateDirUsage)
	flags.StringVar(&f.logLevel, "log-level", "", "debug, info, warn or error (default info)")
	flags.BoolVar(&f.sandbox, "sandbox", false, "use an embedded, invented community instead of a network; nothing is kept")
	f.sandboxFlags.register(cmd)
	f.given = flags.Changed
}

// overrides are the flags that were given.
func (f *settingsFlags) overrides() config.Overrides {
	given := func(name string, value *string) *string {
		if f.given(name) {
			return value
		}
		return nil
	}
	return config.Overrides{
		Network: given("network", &f.network), Mode: given("mode", &f.mode),
		Toolsets: f.toolsets, Tools: f.tools, ExcludeTools: f.excludeTools,
		StateDir: given("state-dir", &f.stateDir), HTTPAddr: given("http", &f.http), LogLevel: given("log-level", &f.logLevel),
	}
}

// app is the assembled house below the transports.
type app struct {
	config    *config.Config
	mode      guardrails.Mode
	mask      privacy.Mask
	logger    *slog.Logger
	networks  []tools.Env                       // the one that calls are about first
	unchosen  error                             // why that one does not exist; nil when it does
	workspace func() (*workspace.Client, error) // nil when there is none
	store     *store.SQLite
	usage     store.Usage // what requests cost
	catalogue *tools.Catalogue
	// origin and stateDir say where settings and state are, for people; place is
	// what a command in a terminal needs to find the state.
	origin, stateDir, place string
	page                    string // address of the approvals page, "" if there is none
	// ready returns what keeps the network from being used at all, such as a
	// missing key.
	ready   func() error
	closers []func()
}

// close ends what was started, last things first.
func (a *app) close() {
	for i := len(a.closers) - 1; i >= 0; i-- {
		a.closers[i]()
	}
}

// existing are the networks that are configured.
func (a *app) existing() []tools.Env {
	if a.unchosen != nil {
		return a.networks[1:]
	}
	return a.networks
}

// assemble reads the settings and builds the house. Mistakes in the settings
// are usage errors. A missing key is not one of them: see [app.ready].
func (p *program) assemble(f settingsFlags) (*app, error) {
	loaded, err := config.Load(config.LoadOptions{Path: f.config, PathSet: f.given("config"), Env: p.env, Flags: f.overrides()})
	if err != nil {
		return nil, usagef("%w", err)
	}
	// Logs go to stderr: on stdio nothing but frames may reach stdout.
	logger := slog.New(slog.NewTextHandler(p.files.err, &slog.HandlerOptions{Level: loaded.Log.Level}))
	a := &app{config: loaded, logger: logger, origin: "from the environment and flags"}
	if loaded.File != "" {
		a.origin = loaded.File
	}
	if a.mode, err = guardrails.ParseMode(string(loaded.Mode)); err != nil {
		return nil, usagef("mode: %w", err)
	}
	if a.mask, err = privacy.Parse(loaded.Privacy.Mask); err != nil {
		return nil, usagef("privacy.mask: %w", err)
	}
	if err := a.build(f); err != nil {
		a.close()
		return nil, err
	}
	return a, nil
}

func (a *app) build(f settingsFlags) error {
	var err error
	if f.page != nil {
		if a.page, err = f.page(a.config); err != nil {
			return err
		}
	}
	if f.sandbox {
		err = a.useSandbox(f)
	} else {
		err = a.useNetworks(f)
	}
	if err != nil {
		return err
	}
	a.closers = append(a.closers, func() { _ = a.store.Close(); _ = a.usage.Close() })
	return a.addCatalogue(f)
}

// inMemory is where the state of an embedded sandbox is.
const inMemory = "memory"

// useSandbox starts an embedded sandbox and makes it the only network.
func (a *app) useSandbox(f settingsFlags) error {
	e, err := f.start("127.0.0.1:0")
	if err != nil {
		return err
	}
	a.closers = append(a.closers, func() { _ = e.Close() })
	a.origin, a.stateDir, a.store, a.usage = "an embedded sandbox", inMemory, store.NewMemory(), store.NewMemoryUsage()
	if f.page != nil && a.page == "" {
		a.shareSandbox()
	}
	if a.config.Source("mode") == "default" {
		a.mode = guardrails.Live
	}
	a.ready = func() error { return nil }
	a.addNetwork("sandbox", "sandbox", f.transport, func(context.Context) (apiclient.Options, error) {
		return apiclient.Options{BaseURL: e.URL, Network: fmt.Sprint(e.community.NetworkID()), Token: config.NewSecret(e.community.Token())}, nil
	})
	a.addWorkspace(f.transport, func(context.Context) (workspace.Options, error) {
		return workspace.Options{BaseURL: e.URL, Token: config.NewSecret(e.workspace.Token())}, nil
	})
	return nil
}

// shareSandbox keeps the journal of a sandbox on disk until its server ends.
// Without the approvals page a terminal is where people approve what the client
// cannot ask, and that is another process.
func (a *app) shareSandbox() {
	dir, err := os.MkdirTemp("", "mcp-mighty-sandbox-")
	if err != nil {
		a.logger.Warn("what the client cannot ask a person cannot be approved elsewhere", "error", err)
		return
	}
	a.closers = append(a.closers, func() { _ = os.RemoveAll(dir) })
	a.store, a.place = store.NewSQLite(dir), "--state-dir "+shellQuoted(dir)
}

// useNetworks takes the configured networks, the chosen one first. One that
// cannot be used does not keep the server from starting: its calls say why.
func (a *app) useNetworks(f settingsFlags) error {
	a.place = place(a.config)
	a.stateDir, a.store, a.usage = a.config.StateDir, store.NewSQLite(a.config.StateDir), store.NewUsage(a.config.StateDir)
	if f.reads && !store.Exists(a.stateDir) {
		a.store = store.NewMemory()
	}
	a.ready = func() error {
		if err := a.config.Check(); err != nil {
			return usagef("%w", err)
		}
		return nil
	}
	names := []string{a.config.Network}
	for _, name := range a.config.Profiles() {
		if name != a.config.Network {
			names = append(names, name)
		}
	}
	for _, name := range names {
		identity := ""
		profile, err := a.config.Profile(name)
		if err == nil {
			identity = profile.APIURL + " " + profile.ID
		} else { // only the chosen one can be missing
			a.unchosen = err
		}
		a.addNetwork(name, identity, f.transport, func(ctx context.Context) (apiclient.Options, error) {
			profile, err := a.config.Profile(name)
			if err != nil {
				return apiclient.Options{}, err
			}
			token, err := profile.ResolveToken(ctx)
			return apiclient.Options{BaseURL: profile.APIURL, Network: profile.ID, Token: token}, err
		})
	}
	if w := a.config.Workspace; w.On() {
		a.addWorkspace(f.transport, func(ctx context.Context) (workspace.Options, error) {
			token, err := w.ResolveToken(ctx)
			return workspace.Options{BaseURL: w.APIURL, Token: token}, err
		})
	}
	return nil
}

func (a *app) addCatalogue(f settingsFlags) error {
	crm, err := a.crm(f)
	if err != nil {
		return err
	}
	gate, err := guardrails.New(guardrails.Options{
		Page: a.page, Place: a.place,
		Mode: a.mode, Policy: a.config.Policy, Unshared: f.sandbox && a.place == "",
		Protector: guardrails.Protector{
			Owner: tools.Owner(a.networks), IDs: a.config.Protected.IDs, Emails: a.config.Protected.Emails,
			IDOf: tools.IDByEmail(a.networks), Tags: a.config.Protected.Tags, Badges: a.config.Protected.Badges,
			MarksOf: tools.MarksOf(a.networks), Named: tools.NamedMark(a.networks), Marks: tools.Marks(a.networks),
		},
		Journal: a.store, Key: a.store.SigningKey,
		Validity: a.config.Approval.Timeout, RunTimeout: a.config.Timeouts.Call, Logger: a.logger,
	})
	if err != nil {
		return err
	}
	selection := tools.Selection{Toolsets: a.config.Toolsets, Tools: a.config.Tools, Exclude: a.config.ExcludeTools}
	if f.everyTool {
		selection = tools.Selection{Toolsets: []string{tools.PresetAll}, Exclude: a.config.ExcludeTools}
	}
	a.catalogue, err = tools.New(tools.Options{
		Networks: a.networks, Workspace: a.workspace, Gate: gate, Journal: a.store, Logger: a.logger,
		ExportDir: a.config.Export.Dir, UploadDir: a.config.Upload.Dir, CRM: crm, Mask: a.mask,
		Directory:   tools.DirectoryRules{MaxAge: a.config.Directory.MaxAge, RefreshRoles: a.config.Directory.RefreshRoles},
		CallTimeout: a.config.Timeouts.Call, AnswerTokens: a.config.Answers.MaxTokens, BulkItems: a.config.Bulk.MaxItems,
		Selection: selection,
	})
	var wrong *tools.SelectionError
	if errors.As(err, &wrong) {
		return usagef("%w", err)
	}
	if err != nil {
		return err
	}
	return checkPolicy(a.config.Policy, a.config.Roles(), a.catalogue)
}
