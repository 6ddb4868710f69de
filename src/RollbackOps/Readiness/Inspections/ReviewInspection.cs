using System.Globalization;

namespace RollbackOps.Readiness.Inspections;

/// <summary>Whether procedure and configuration were reviewed within the quarter, and since the last incident (R1).</summary>
internal sealed class ReviewInspection(ReadinessScope scope) : IInspection
{
    private const string Mend =
        "Review the procedure (Test-RollbackRunbook) and rollback.json, then set readiness.lastReview to the day and readiness.reviewedBy in rollback.json.";

    public string Name => "review";

    public ReadinessArea Area => ReadinessArea.Practice;

    public string Expected => $"a review at most {Elapsed.Told(scope.Limits.ReviewAge)} ago, and since the last incident (R1)";

    public async Task<ReadinessFinding> LookAsync(CancellationToken cancellationToken)
    {
        if (scope.Limits.LastReview is not { } text)
        {
            return ReadinessFinding.Fail("none is on record", Mend);
        }

        // A day has begun everywhere when it has begun here: what is reviewed today is reviewed.
        var day = DateOnly.ParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture).ToDateTime(TimeOnly.MinValue, DateTimeKind.Utc);
        var age = scope.Now - day;
        var by = scope.Limits.ReviewedBy is { } who ? $" by {who}" : "";
        if (age < -TimeSpan.FromDays(1))
        {
            return ReadinessFinding.Fail($"readiness.lastReview {text} lies in the future", Mend);
        }

        if (age > scope.Limits.ReviewAge)
        {
            return ReadinessFinding.Fail($"{text}{by}, {Elapsed.Told(age)} ago", Mend);
        }

        return LastIncident.Of((await scope.LedgerAsync(cancellationToken)).Reading) is { } incident && incident.At.UtcDateTime.Date > day
            ? ReadinessFinding.Warn($"{text}{by}; since then there was {incident.What} ({incident.At:u})", Mend)
            : ReadinessFinding.Ready($"{text}{by}");
    }
}
