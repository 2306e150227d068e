package center

import (
	"context"
	"time"
)

// epochSetting names this life of the center's feeds; restoring a backup gives a new one.
const epochSetting = "center.epoch"

// epoch returns the present epoch and makes the first.
func (c *Center) epoch(ctx context.Context) (string, error) {
	var epoch string
	ok, err := c.store.Setting(ctx, epochSetting, &epoch)
	if err != nil || ok {
		return epoch, err
	}
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		if ok, err := c.store.Setting(ctx, epochSetting, &epoch); err != nil || ok {
			return err
		}
		epoch = c.config.NewID()
		return c.store.SaveSetting(ctx, epochSetting, epoch)
	})
	return epoch, err
}

// NewEpoch makes every device start its pulls over, and writes down who asked for
// it. It follows a restore.
func (c *Center) NewEpoch(ctx context.Context, by string) error {
	var epoch string
	err := c.store.InTx(ctx, func(ctx context.Context) (err error) {
		if err := c.takeTurn(ctx, turnOfEpoch); err != nil {
			return err
		}
		epoch, err = c.nextEpoch(ctx, by)
		return err
	})
	if err == nil {
		c.noteEpoch(epoch)
	}
	return err
}

func (c *Center) nextEpoch(ctx context.Context, by string) (string, error) {
	epoch := c.config.NewID()
	if err := c.store.SaveSetting(ctx, epochSetting, epoch); err != nil {
		return "", err
	}
	return epoch, c.record(ctx, by, "feed.reset", "epoch", epoch)
}

const (
	// wentBackSetting keeps when the center last noticed by itself that it went back.
	wentBackSetting = "center.went_back"
	// wentBackEvery bounds how often a device that lies can make all others pull anew.
	wentBackEvery = 10 * time.Minute
	// itself is who acts when nobody did.
	itself = "center"
)

// wentBack begins a new epoch because a device knows more than the database: it was
// replaced by an older one, as with pg_restore by hand. Other devices may have
// missed changes without being able to tell, so all of them start over.
func (c *Center) wentBack(ctx context.Context) (epoch string, err error) {
	err = c.store.InTx(ctx, func(ctx context.Context) error {
		if err := c.takeTurn(ctx, turnOfEpoch); err != nil {
			return err
		}
		var last time.Time
		if _, err := c.store.Setting(ctx, wentBackSetting, &last); err != nil {
			return err
		}
		now := c.config.Now().UTC()
		if now.Sub(last) < wentBackEvery {
			epoch, err = c.epoch(ctx)
			return err
		}
		c.config.Log.WarnContext(ctx, "a device knows more than the database: it went back; every device starts over")
		if err := c.store.SaveSetting(ctx, wentBackSetting, now); err != nil {
			return err
		}
		epoch, err = c.nextEpoch(ctx, itself)
		return err
	})
	return epoch, err
}
