using RollbackOps.Deployments;

namespace RollbackOps.Signals;

/// <summary>
/// The requests of what is live, as its platform tells of them while they are served: a live tail, without answer times
/// and clients, which knows nothing of before it was opened.
/// </summary>
internal sealed class RuntimeLogSource(RollbackContext context) : LiveSource(context)
{
    // What is lost while a stream is opened again in less than this is no more than a fifth of a cell.
    private static readonly TimeSpan s_noGap = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly HashSet<string> _own = new(context.Settings.Health.Checks.Select(check => PathOf(check.Path)), StringComparer.Ordinal);
    private readonly List<(DateTimeOffset From, DateTimeOffset To)> _gaps = [];
    private IAsyncEnumerable<ServedRequest>? _stream;
    private DateTimeOffset _since;
    private DateTimeOffset? _lostAt;
    private string _id = string.Empty;
    private int _reopened;

    public override string Name => $"runtime log of {_id}";

    protected override async Task BeginAsync(CancellationToken cancellationToken)
    {
        _id = await Context.Platform.ReadCurrentAsync(cancellationToken);
        _stream = await Context.Platform.FollowRequestsAsync(_id, cancellationToken) ?? throw new RollbackOpsException(
            ErrorId.InvalidArgument,
            $"The platform {Context.Platform.Name} tells of no requests while they are served.",
            "Measure the service's own logs: Measure-ErrorRate -Path.");
        _since = Context.Clock.GetUtcNow();
    }

    protected override async Task GatherAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                _stream ??= await Context.Platform.FollowRequestsAsync(_id, cancellationToken);
                Take([], Opened);
                await foreach (var request in _stream!.WithCancellation(cancellationToken))
                {
                    var path = PathOf(request.Path);
                    Take(_own.Contains(path) ? [] : [new SeenRequest(request.At, request.Status, -1, path)]);
                }
            }
            catch (RollbackOpsException passing) when (passing.Id is ErrorId.PlatformUnavailable or ErrorId.RateLimited)
            {
                // It may come back; how long it was away is known, and said.
            }

            _stream = null;
            Take([], () => _lostAt ??= Context.Clock.GetUtcNow());
            await Task.Delay(s_pause, Context.Clock, cancellationToken);
        }
    }

    protected override SourceReading Complete(Measurement measurement)
    {
        var notes = new List<string>
        {
            $"a live tail since {_since:HH:mm:ss} UTC: what was before is not in it",
            "answer times and clients are not known; a request that writes several lines at different moments may count several times",
        };
        if (_reopened > 0)
        {
            notes.Add($"the stream ended {_reopened} times and was opened again");
        }

        var gaps = _lostAt is { } lost ? [.. _gaps, (lost, DateTimeOffset.MaxValue)] : _gaps;
        return new SourceReading
        {
            Measurements =
            [
                measurement with
                {
                    Cells = [.. measurement.Cells.Where(cell => !gaps.Exists(gap => gap.From < cell.At + cell.Length && gap.To > cell.At))],
                    Slow = null,
                    SlowLimit = null,
                    Notes = notes,
                },
            ],
        };
    }

    /// <summary>The stream is open: what was lost in between is known now.</summary>
    private void Opened()
    {
        if (_lostAt is not { } lost)
        {
            return;
        }

        _reopened++;
        var now = Context.Clock.GetUtcNow();
        if (now - lost > s_noGap)
        {
            _gaps.Add((lost, now));
        }

        _lostAt = null;
    }

    private static string PathOf(string path) => path.Split('?')[0];
}
