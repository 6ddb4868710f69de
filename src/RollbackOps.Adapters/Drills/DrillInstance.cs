using System.Globalization;
using System.Text.Json.Nodes;

namespace RollbackOps.Adapters.Drills;

/// <summary>A release that runs: what a process of the service would be.</summary>
internal sealed class DrillInstance
{
    private const string Messages = "/api/messages";

    private readonly DrillRelease _release;
    private readonly DrillDatabase _database;
    private readonly TimeProvider _clock;
    private readonly DateTimeOffset _startedAt;
    private long _requests;
    private long _stored;

    public DrillInstance(DrillRelease release, DrillDatabase database, TimeProvider clock)
    {
        _release = release;
        _database = database;
        _clock = clock;
        _startedAt = clock.GetUtcNow();
    }

    /// <summary>The release's id.</summary>
    public string Id => _release.Id;

    /// <summary>Whether it answers nobody.</summary>
    public bool IsDown => _release.Fault is { IsDown: true };

    /// <summary>Answers; null where nobody answers.</summary>
    public async Task<DrillAnswer?> AnswerAsync(DrillExchange request, CancellationToken cancellationToken)
    {
        if (IsDown)
        {
            return null;
        }

        if (request.Path.StartsWith("/health", StringComparison.Ordinal))
        {
            return new DrillAnswer(200, new JsonObject
            {
                ["status"] = "ok",
                ["release"] = Id,
                ["startedAt"] = _startedAt.UtcDateTime.ToString("O", CultureInfo.InvariantCulture),
            }.ToJsonString(), Id);
        }

        // Evenly, and not by chance: a drill is to go the same way each time.
        var number = Interlocked.Increment(ref _requests);
        var delay = _release.Fault is { } fault && IsTurn(number + 1, fault.SlowPercent) ? fault.SlowBy : TimeSpan.Zero;
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, _clock, cancellationToken);
        }

        return _release.Fault is { } broken && IsTurn(number, broken.ErrorPercent)
            ? new DrillAnswer(500, """{"error":"the message could not be handled"}""", Id, delay)
            : Handle(request, delay);
    }

    private DrillAnswer Handle(DrillExchange request, TimeSpan delay)
    {
        if (request is { Method: "POST", Path: Messages })
        {
            var isDamaged = _release.Fault is { DamagesData: true } && Interlocked.Increment(ref _stored) % 3 == 0;
            _database.Store(request.Body, DrillDatabase.BodyOf(request.Body), isDamaged);
            return new DrillAnswer(201, "{}", Id, delay);
        }

        if (request.Method == "GET" && request.Path.StartsWith(Messages + "/", StringComparison.Ordinal))
        {
            return _database.Find(request.Path[(Messages.Length + 1)..]) is { } body
                ? new DrillAnswer(200, new JsonObject { ["body"] = body }.ToJsonString(), Id, delay)
                : new DrillAnswer(404, """{"error":"there is no such message"}""", Id, delay);
        }

        return new DrillAnswer(404, """{"error":"not found"}""", Id, delay);
    }

    private static bool IsTurn(long number, double percent) =>
        Math.Floor(number * percent / 100) > Math.Floor((number - 1) * percent / 100);
}
