package main

import (
	"cmp"
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/mcp-mighty/mcp-mighty/apiclient"
	"github.com/mcp-mighty/mcp-mighty/store"
	"github.com/mcp-mighty/mcp-mighty/tools"
	"github.com/mcp-mighty/mcp-mighty/workspace"
)

func (a *app) addNetwork(name, identity string, transport http.RoundTripper, options func(context.Context) (apiclient.Options, error)) {
	account := apiclient.NewAccount(a.usage, cmp.Or(identity, name), apiclient.Terms{
		Allowance: a.config.Requests.MonthlyAllowance, WarnAt: a.config.Requests.WarnAt, StopAt: a.config.Requests.StopAt,
		PricePerThousand: a.config.Requests.PricePerThousand,
	})
	client := lazily(a, "network", func() (*apiclient.Client, error) {
		o, err := options(context.Background())
		if err != nil {
			return nil, err
		}
		o.Version, o.Logger, o.Timeout, o.Transport = programVersion(), a.logger, a.config.Timeouts.Try, transport
		o.Mask = a.mask.Answer
		o.Account = account
		o.Rate, o.Cache = a.rate(), a.cache()
		if a.stateDir != inMemory {
			o.Writes = store.NewWriteCount(a.stateDir, cmp.Or(identity, name))
		}
		return apiclient.New(o)
	})
	env := tools.Env{Network: name, Identity: identity, Account: account, Now: time.Now, Client: client}
	a.addDirectory(&env)
	a.networks = append(a.networks, env)
}

// rate is how fast a network is asked. The embedded sandbox has no limit but
// one that was asked for.
func (a *app) rate() apiclient.RateSettings {
	if a.stateDir == inMemory && a.config.Source("requests.per_minute") == "default" {
		return apiclient.RateSettings{}
	}
	// No wait at all is the shortest there is: to the client 0 is its default.
	return apiclient.RateSettings{PerMinute: a.config.Requests.PerMinute, MaxWait: max(a.config.Requests.MaxWait, 1)}
}

// cache is for how long answers are kept.
func (a *app) cache() apiclient.CacheSettings {
	return apiclient.CacheSettings{Lists: a.config.Requests.CacheLists, Settings: a.config.Requests.CacheSettings}
}

func (a *app) addWorkspace(transport http.RoundTripper, options func(context.Context) (workspace.Options, error)) {
	a.workspace = lazily(a, "workspace", func() (*workspace.Client, error) {
		o, err := options(context.Background())
		if err != nil {
			return nil, err
		}
		o.Version, o.Logger, o.Timeout, o.Transport = programVersion(), a.logger, a.config.Timeouts.Try, transport
		o.Mask = a.mask.Answer
		return workspace.New(o)
	})
}

// askDoctor ends what keeps a client from being made.
const askDoctor = " The operator can run `mcp-mighty doctor`."

// lazily returns a client that is made on first use: until then the server can
// start, list its tools and say what is wrong. A failure is not kept, so that a
// key which appears later is found. what is what the client reaches.
func lazily[C interface{ Close() }](a *app, what string, connect func() (C, error)) func() (C, error) {
	var (
		mu     sync.Mutex
		client C
		made   bool
	)
	a.closers = append(a.closers, func() {
		mu.Lock()
		defer mu.Unlock()
		if made {
			client.Close()
		}
	})
	return func() (C, error) {
		mu.Lock()
		defer mu.Unlock()
		if made {
			return client, nil
		}
		fresh, err := connect()
		if err != nil {
			var none C
			return none, &tools.Obstacle{Message: "The server's configuration does not let it reach the " + what + ": " + err.Error() + "." + askDoctor}
		}
		client, made = fresh, true
		return client, nil
	}
}
