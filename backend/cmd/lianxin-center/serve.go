package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"sync"

	"golang.org/x/sys/unix"

	"lianxin/backend/center"
	"lianxin/backend/fault"
)

// ServeCmd serves until it is told to stop.
type ServeCmd struct {
	Place
	Upgrading
	Listen     string `help:"Address to listen on." default:"localhost:8790" env:"LIANXIN_LISTEN"`
	Messages   string `help:"How codes and reminders get to phones: the https address of a gateway, folder:DIR, or off. With --demo they are shown on this console." env:"LIANXIN_MESSAGES" placeholder:"HOW"`
	WeChat     string `name:"wechat" help:"Folder with what is needed to pay over WeChat: wechatpay.yaml and keys, see docs/paying.md. Nobody is paid that way without it." env:"LIANXIN_WECHAT" placeholder:"DIR" type:"path"`
	TrustClock bool   `help:"This machine's clock is right, however far it is from the time the center knows: after it was set right, or after more than two months of standing still."`
	Metrics    string `help:"Address Prometheus gets the metrics from; nobody else should reach it. \"off\" serves none." default:"localhost:8791" env:"LIANXIN_METRICS"`
}

// Run opens the center and serves.
func (s ServeCmd) Run() error {
	if s.URL == "" {
		s.URL = reachedAt(s.Listen)
	}
	s.serves, s.trusts = true, s.TrustClock
	var err error
	if s.messages, err = driverOf(s.Messages, s.Demo); err != nil {
		return err
	}
	if s.wechat, err = wechatOf(s.WeChat, s.address()); err != nil {
		return err
	}
	if s.Database != "" { // several servers share one PostgreSQL
		return s.serve()
	}
	return s.exclusively(s.serve)
}

func (s ServeCmd) serve() error {
	return s.upgrading(s.policy(), func(ctx context.Context, c *center.Center) error {
		listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Listen)
		if errors.Is(err, unix.EADDRINUSE) {
			return fault.Wrap(err, fault.Conflict, "center.address_taken")
		}
		if err != nil {
			return fmt.Errorf("listen on %s: %w", s.Listen, err)
		}
		fmt.Printf("连心 Lianxin center %s serves at http://%s\n", version, listener.Addr())
		if err := printFirstRun(ctx, c); err != nil {
			return err
		}
		if err := printTrial(ctx, c); err != nil {
			return err
		}
		ctx, giveUp := context.WithCancelCause(ctx)
		defer giveUp(nil)
		stopped, err := c.Store().Serving(ctx, func(err error) {
			slog.ErrorContext(ctx, "this center stops: a newer program has the database now", "error", err)
			giveUp(err)
		})
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		with, end := context.WithCancel(ctx)
		var beside sync.WaitGroup
		beside.Go(func() { s.serveMetrics(with, c) })
		err = c.Serve(ctx, listener)
		end()
		beside.Wait()
		if cause := context.Cause(ctx); fault.CodeOf(cause) == "store.newer" {
			err = errors.Join(err, cause)
		}
		return errors.Join(err, stopped())
	})
}

// serveMetrics serves Prometheus. Donors are served also when it cannot.
func (s ServeCmd) serveMetrics(ctx context.Context, c *center.Center) {
	if s.Metrics == "off" {
		return
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Metrics)
	if err == nil {
		err = c.ServeMetrics(ctx, listener)
	}
	if err != nil {
		slog.ErrorContext(ctx, "metrics are not served", "address", s.Metrics, "error", err)
	}
}

// printFirstRun shows a new link for the first administrator while there is none.
func printFirstRun(ctx context.Context, c *center.Center) error {
	link, err := c.FirstRunLink(ctx)
	if err == nil && link != "" {
		fmt.Printf("第一位管理员请打开（24 小时内，仅一次） first administrator, open once within 24 hours: %s\n", link)
	}
	return err
}

// printTrial shows, of made-up people, with which numbers one result can be asked for.
func printTrial(ctx context.Context, c *center.Center) error {
	number, din, err := c.ResultTrial(ctx)
	if err == nil && din != "" {
		fmt.Printf("试查检测结果 to try a result without a card: 证件 document %s, 献血编号 donation number %s\n", number, din)
	}
	return err
}
