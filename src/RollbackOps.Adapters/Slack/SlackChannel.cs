using System.Globalization;
using RollbackOps.Configuration;
using RollbackOps.Notifications;

namespace RollbackOps.Adapters.Slack;

/// <summary>
/// Slack by a bot's token: one message a thread, which later ones update, with a reply for each. Before a message is repeated
/// it is looked for by the id in its metadata, so that it is there exactly once.
/// </summary>
internal sealed class SlackChannel : INotificationChannel
{
    /// <summary>How long a message may take until it can be read back.</summary>
    private static readonly TimeSpan s_visible = TimeSpan.FromSeconds(2);

    private const int PageSize = 200;
    private const int MostPages = 25;

    private readonly SlackSettings _settings;
    private readonly SlackApi _api;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _visible;
    private string? _self;

    public SlackChannel(
        string name, SlackSettings settings, ISecretSource secrets, TimeProvider clock, HttpMessageHandler? handler = null, TimeSpan? visible = null)
    {
        Name = name;
        _settings = settings;
        _clock = clock;
        _visible = visible ?? s_visible;
        _api = new SlackApi(name, settings.Api, settings.Token!, secrets, clock, handler);
    }

    public string Name { get; }

    public ChannelKind Kind => ChannelKind.Slack;

    public string Place => $"Slack channel {_settings.Channel}";

    public bool CanRing => false;

    public bool CanReadBack => true;

    public bool IsExactlyOnce => true;

    public Action<string>? Tell
    {
        set => _api.Tell = value;
    }

    public bool Takes(Notification notification) => true;

    public async Task<DeliveryReceipt> DeliverAsync(DeliveryOrder order, CancellationToken cancellationToken)
    {
        var root = SlackThread.Parse(order.ThreadReference);
        if (order.IsRepeat || (root is null && order.MayHaveThread))
        {
            var (found, foundRoot) = await LookAsync(order, root, cancellationToken);
            root ??= foundRoot;
            if (found)
            {
                await UpdateAsync(order, root, cancellationToken);
                return new DeliveryReceipt { ThreadReference = root?.ToString(), WasThere = true };
            }
        }

        // It has been looked for and is not there: this is no repeat.
        var message = SlackMessage.Of(order with { IsRepeat = false });
        message["channel"] = root?.Channel ?? _settings.Channel;
        if (root is not null)
        {
            message["thread_ts"] = root.Ts;
            if (IsCall(order.Notification))
            {
                // Whoever only reads the channel sees it too, and can react to it.
                message["reply_broadcast"] = true;
            }
        }

        var answer = await _api.PostAsync("chat.postMessage", message, isSafe: false, cancellationToken);
        if (answer.Ts is null || answer.Channel is null)
        {
            throw new DeliveryException($"{Name}: chat.postMessage: the answer names no message", "Look what answers at the configured address.")
            {
                MayHaveArrived = true,
            };
        }

        if (root is null)
        {
            return new DeliveryReceipt { ThreadReference = new SlackThread(answer.Channel, answer.Ts).ToString() };
        }

        await UpdateAsync(order, root, cancellationToken);
        return new DeliveryReceipt { ThreadReference = root.ToString() };
    }

    /// <summary>Whether the token is known and may write, and whether the bot is in the channel: one message of it is read.</summary>
    public async Task<ChannelTrial> TryAsync(CancellationToken cancellationToken)
    {
        var who = await _api.ReadAsync("auth.test", new Dictionary<string, string>(), cancellationToken);
        if (who.Scopes is { } scopes && !scopes.Contains("chat:write"))
        {
            return new ChannelTrial
            {
                IsAccepted = false,
                Detail = $"the token is known, and its scopes ({string.Join(", ", scopes.Select(Inert.Line))}) let it write nothing",
                NextStep = "Add the scope chat:write to the Slack app, and install it anew.",
            };
        }

        var isId = _settings.Channel!.All(character => char.IsAsciiLetterUpper(character) || char.IsAsciiDigit(character));
        if (!isId)
        {
            return new ChannelTrial { IsAccepted = null, Detail = $"the token is known; whether the bot is in {_settings.Channel} tells only the channel's id" };
        }

        try
        {
            await _api.ReadAsync("conversations.history", new Dictionary<string, string> { ["channel"] = _settings.Channel!, ["limit"] = "1" }, cancellationToken);
            return new ChannelTrial { IsAccepted = true, Detail = $"the token is known, and the bot reads {_settings.Channel}" };
        }
        catch (DeliveryException open) when (open.Code == "not_in_channel" && who.Scopes?.Contains("chat:write.public") == true)
        {
            return new ChannelTrial { IsAccepted = true, Detail = $"the token is known, and may write to {_settings.Channel} without being in it" };
        }
        catch (DeliveryException untold) when (untold.Code == "missing_scope")
        {
            return new ChannelTrial { IsAccepted = null, Detail = $"the token is known; whether the bot is in {_settings.Channel} needs the scope channels:history" };
        }
    }

    public async Task<NotificationAcknowledgement?> ReadAcknowledgementAsync(
        Notification notification, string? threadReference, DateTimeOffset since, CancellationToken cancellationToken)
    {
        if (SlackThread.Parse(threadReference) is not { } root)
        {
            return null;
        }

        _self ??= (await _api.ReadAsync("auth.test", new Dictionary<string, string>(), cancellationToken)).UserId;
        await foreach (var message in RepliesAsync(root, cancellationToken))
        {
            var at = TimeOf(message.Ts);
            // The thread's first message and the bot's own replies may bear a reaction each; what people write is a reply.
            var reaction = (message.Reactions ?? []).FirstOrDefault(one => (one.Users ?? []).Any(user => user != _self));
            if (reaction is not null && (message.Metadata?.Read("id") == notification.Id || at >= since))
            {
                return new NotificationAcknowledgement(
                    Inert.Line(reaction.Users!.First(user => user != _self)), At: null, $"reaction :{Inert.Line(reaction.Name)}:");
            }

            if (message is { BotId: null, Subtype: null, User: { } user } && user != _self && message.Ts != root.Ts && at >= since)
            {
                return new NotificationAcknowledgement(Inert.Line(user), at, "reply in the thread");
            }
        }

        return null;
    }

    public void Dispose() => _api.Dispose();

    /// <summary>The thread's first message becomes what is newest: whoever reads the channel sees how it stands.</summary>
    private async Task UpdateAsync(DeliveryOrder order, SlackThread? root, CancellationToken cancellationToken)
    {
        // A call stands by itself: a reaction to it is told from one that the thread's first message has had since long.
        if (root is null || order.Notification.Kind is NotificationKind.Message || IsCall(order.Notification))
        {
            return;
        }

        var message = SlackMessage.Of(order with { IsRepeat = false });
        message["channel"] = root.Channel;
        message["ts"] = root.Ts;
        // The id of the message that stood there first stays its own: it is found by it.
        message.Remove("metadata");
        message.Remove("unfurl_links");
        message.Remove("unfurl_media");
        try
        {
            await _api.PostAsync("chat.update", message, isSafe: true, cancellationToken);
        }
        catch (DeliveryException failure)
        {
            // The reply is there; only the summary above it is older.
            throw new DeliveryException(failure.Message, failure.NextStep, failure) { MayHaveArrived = true, RetryAfter = failure.RetryAfter };
        }
    }

    /// <summary>Whether the message is there, and the thread's first one. What was just sent may not be seen yet.</summary>
    private async Task<(bool Found, SlackThread? Root)> LookAsync(DeliveryOrder order, SlackThread? root, CancellationToken cancellationToken)
    {
        var seenAfter = (order.LastAttemptAt ?? DateTimeOffset.MinValue) + _visible;
        while (true)
        {
            var isSettled = _clock.GetUtcNow() >= seenAfter;
            var (found, foundRoot) = await FindAsync(order.Notification, root, cancellationToken);
            root ??= foundRoot;
            if (found || isSettled)
            {
                return (found, root);
            }

            var wait = seenAfter - _clock.GetUtcNow();
            await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, _clock, cancellationToken);
        }
    }

    private async Task<(bool Found, SlackThread? Root)> FindAsync(Notification notification, SlackThread? root, CancellationToken cancellationToken)
    {
        if (root is null)
        {
            // The earliest of the thread is its first message; the history gives the newest first.
            var oldest = (notification.At - TimeSpan.FromDays(1)).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
            await foreach (var message in PagesAsync("conversations.history", new() { ["channel"] = _settings.Channel!, ["oldest"] = oldest }, cancellationToken))
            {
                if (message.Metadata?.Read("thread") == notification.Thread && message.Ts is { } ts)
                {
                    root = new SlackThread(_settings.Channel!, ts);
                    if (message.Metadata.Read("id") == notification.Id)
                    {
                        return (true, root);
                    }
                }
            }
        }

        if (root is not null)
        {
            await foreach (var message in RepliesAsync(root, cancellationToken))
            {
                if (message.Metadata?.Read("id") == notification.Id)
                {
                    return (true, root);
                }
            }
        }

        return (false, root);
    }

    private IAsyncEnumerable<SlackWireMessage> RepliesAsync(SlackThread root, CancellationToken cancellationToken) =>
        PagesAsync("conversations.replies", new() { ["channel"] = root.Channel, ["ts"] = root.Ts }, cancellationToken);

    private async IAsyncEnumerable<SlackWireMessage> PagesAsync(
        string method, Dictionary<string, string> form, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        form["include_all_metadata"] = "true";
        form["limit"] = PageSize.ToString(CultureInfo.InvariantCulture);
        for (var page = 0; page < MostPages; page++)
        {
            var answer = await _api.ReadAsync(method, form, cancellationToken);
            foreach (var message in answer.Messages ?? [])
            {
                yield return message;
            }

            if (answer.Page?.NextCursor is not { Length: > 0 } next)
            {
                yield break;
            }

            form["cursor"] = next;
        }
    }

    private static bool IsCall(Notification notification) =>
        notification is { Kind: NotificationKind.Call, Signal: NotificationSignal.Alert };

    private static DateTimeOffset? TimeOf(string? ts) => double.TryParse(ts, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
        && seconds is > 0 and < 1e11
        ? DateTimeOffset.FromUnixTimeMilliseconds((long)(seconds * 1000)) : null;
}

/// <summary>A thread: its channel and the time stamp of its first message.</summary>
/// <param name="Channel">The channel's id.</param>
/// <param name="Ts">The time stamp.</param>
internal sealed record SlackThread(string Channel, string Ts)
{
    public static SlackThread? Parse(string? reference) => reference?.Split('/') is [{ Length: > 0 } channel, { Length: > 0 } ts]
        ? new SlackThread(channel, ts) : null;

    public override string ToString() => $"{Channel}/{Ts}";
}
