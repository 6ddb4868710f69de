using RollbackOps.Configuration;
using RollbackOps.Databases;
using RollbackOps.Deployments;
using RollbackOps.Incidents;
using RollbackOps.Rollbacks;
using RollbackOps.Signals;
using RollbackOps.Tests.Fakes;

namespace RollbackOps.Tests.Rollbacks;

/// <summary>The three windows of the written success criteria (S25, S26), in fake time.</summary>
public sealed class WindowTests
{
    private static readonly TimeSpan s_cell = TimeSpan.FromSeconds(10);
    private readonly World _world = World.WithThree(identity: new IdentitySettings { Json = "$.v" });

    [Theory]
    [InlineData(3000, 0, VerificationStatus.Passed)]
    [InlineData(3000, 2, VerificationStatus.Passed)]
    [InlineData(3000, 3, VerificationStatus.Failed)]
    [InlineData(2994, 0, VerificationStatus.Unverified)]
    [InlineData(2995, 0, VerificationStatus.Passed)]
    [InlineData(100, 1, VerificationStatus.Unverified)]
    [InlineData(100, 10, VerificationStatus.Failed)]
    [InlineData(0, 0, VerificationStatus.Unverified)]
    public async Task ShortTerm_ErrorRate_IsJudgedByTheNumbersOfTheRule(long requests, long errors, VerificationStatus expected)
    {
        var switched = await SwitchAsync();
        _world.Clock.Pass(TimeSpan.FromMinutes(31));

        var seen = await VerifyAsync(VerificationWindow.ShortTerm, Total(switched.AddMinutes(6), switched.AddMinutes(29), Math.Max(1, requests), errors, requests == 0));

        var rate = seen.Criteria.Single(one => one.Name == "Error rate stable < 0.1%");
        Assert.Equal(expected, rate.Status);
        Assert.Equal(5, seen.Criteria.Count);
    }

    [Theory]
    [InlineData(100, 20_000, VerificationStatus.PassedAsBefore)]
    [InlineData(1, 20_000, VerificationStatus.Failed)]
    public async Task ShortTerm_NoWorseThanTheTargetWas_PassesAsBefore(long formerErrors, long formerRequests, VerificationStatus expected)
    {
        var switched = await SwitchAsync();
        _world.Clock.Pass(TimeSpan.FromMinutes(31));
        var goLive = _world.Ledger.LastStanding!.Plan!.From.LastServedAt!.Value;

        var seen = await VerifyAsync(VerificationWindow.ShortTerm, Measured(
            Cell(goLive.AddMinutes(-30), formerRequests, formerErrors), Cell(switched.AddMinutes(10), 4000, 8)));

        Assert.Equal(expected, seen.Criteria.Single(one => one.Name == "Error rate stable < 0.1%").Status);
    }

    [Fact]
    public async Task Immediate_RateBelowHalfThePeakAndFalling_Passes()
    {
        var switched = await SwitchAsync();
        _world.Clock.Pass(TimeSpan.FromMinutes(4));

        var seen = await VerifyAsync(VerificationWindow.Immediate, Measured(
            [.. Cells(switched.AddMinutes(-5), 30, 100, 20), .. Cells(switched, 12, 100, 8), .. Cells(switched.AddMinutes(2), 12, 100, 4)]));

        Assert.Equal(VerificationStatus.Passed, seen.Criteria.Single(one => one.Name == "Error rate returning to normal").Status);
        Assert.Equal(Improvement.Improved, seen.Comparison?.Outcome);
        Assert.Equal(VerificationStatus.Pending, seen.Criteria.Single(one => one.Name == "Team notified").Status);
        Assert.Equal(VerificationStatus.Pending, seen.Status);
    }

    [Theory]
    [InlineData(0, VerificationStatus.Passed)]
    [InlineData(1, VerificationStatus.Failed)]
    public async Task Immediate_NoRequestFailedInTheIncident_IsNormalWhileNoneFails(int now, VerificationStatus expected)
    {
        var switched = await SwitchAsync();
        _world.Clock.Pass(TimeSpan.FromMinutes(1));

        var seen = await VerifyAsync(VerificationWindow.Immediate, Measured([.. Cells(switched.AddMinutes(-5), 30, 100, 0), .. Cells(switched, 6, 100, now)]));

        Assert.Equal(expected, seen.Criteria.Single(one => one.Name == "Error rate returning to normal").Status);
    }

    [Theory]
    [InlineData(15)]
    [InlineData(9)]
    public async Task Immediate_RateNotFallenOrRisingAgain_Fails(int now)
    {
        var switched = await SwitchAsync();
        _world.Clock.Pass(TimeSpan.FromMinutes(4));

        var seen = await VerifyAsync(VerificationWindow.Immediate, Measured(
            [.. Cells(switched.AddMinutes(-5), 30, 100, 20), .. Cells(switched, 12, 100, 8), .. Cells(switched.AddMinutes(2), 12, 100, now)]));

        Assert.Equal(VerificationStatus.Failed, seen.Criteria.Single(one => one.Name == "Error rate returning to normal").Status);
        Assert.Equal(VerificationStatus.Failed, seen.Status);
    }

    [Fact]
    public async Task Window_NothingMeasured_IsUnverifiedAndNeverTicked()
    {
        await SwitchAsync();

        var seen = await VerifyAsync(VerificationWindow.Immediate);

        Assert.Equal(VerificationStatus.Unverified, seen.Status);
        Assert.Equal(10, seen.Checklist.Count);
        Assert.Equal(["Rollback completed successfully", "Health checks passing"],
            seen.Checklist.Where(item => item.Status == VerificationStatus.Passed).Select(item => item.Name));
        Assert.Equal(["Database responsive", "Backup verified safe"],
            seen.Checklist.Where(item => item.Status == VerificationStatus.NotApplicable).Select(item => item.Name));
        Assert.All(seen.Criteria, one => Assert.NotEmpty(one.Detail));
    }

    [Fact]
    public async Task Window_NotYetBegun_IsPending()
    {
        await SwitchAsync();

        var seen = await VerifyAsync(VerificationWindow.ShortTerm);

        Assert.Equal(VerificationStatus.Pending, seen.Status);
        Assert.Equal(10, seen.Checklist.Count);
    }

    [Fact]
    public async Task Window_WithoutImprovement_SaysSoSuspectsAndStopsAutomaticOnes()
    {
        var switched = await SwitchAsync();
        _world.Clock.Pass(TimeSpan.FromMinutes(10));
        var cells = Measured([.. Cells(switched.AddMinutes(-5), 30, 100, 20), .. Cells(switched, 60, 100, 20)]);

        var seen = await VerifyAsync(VerificationWindow.ShortTerm, cells);
        await VerifyAsync(VerificationWindow.ShortTerm, cells);

        Assert.Equal((VerificationStatus.Failed, Improvement.NoImprovement), (seen.Status, seen.Comparison?.Outcome));
        Assert.Contains(_world.Progress, news => news.Kind == ProgressKind.Warning && news.Text.Contains("likely not the cause", StringComparison.Ordinal));
        Assert.Equal(MarkKind.Suspected, _world.Ledger.Marks["v3"].Kind);
        Assert.Single(_world.Ledger.Reading.Records, record => record.Kind == JournalKind.WindowVerified);
        var decision = await new RollbackOps.Decisions.Judge(_world.Context, _ => { })
            .JudgeAsync([], [], [HardSignal.DataCorruption], prior: null, CancellationToken.None);
        Assert.True(decision.Inputs.IsLastRollbackFutile);
        Assert.False(decision.IsAutomatic);
        // The undo lifts what its rollback set, as before.
        await _world.UndoAsync();
        Assert.Empty(_world.Ledger.Marks);
    }

    [Fact]
    public async Task Window_TooFewRequestsToTell_SuspectsNothing()
    {
        var switched = await SwitchAsync();
        _world.Clock.Pass(TimeSpan.FromMinutes(10));

        var seen = await VerifyAsync(VerificationWindow.ShortTerm, Measured([.. Cells(switched.AddMinutes(-5), 30, 1, 0), Cell(switched.AddMinutes(-4), 2, 1), Cell(switched.AddMinutes(6), 3, 1)]));

        Assert.Equal(Improvement.Unverified, seen.Comparison?.Outcome);
        Assert.Equal(MarkKind.KnownBad, _world.Ledger.Marks["v3"].Kind);
    }

    [Fact]
    public async Task LongTerm_WhatPeopleSay_IsRecordedAndRemembered()
    {
        await SwitchAsync();
        _world.Clock.Pass(TimeSpan.FromMinutes(31));
        await VerifyAsync(VerificationWindow.LongTerm, answers: new() { [HumanItem.UserFeedback] = true, [HumanItem.IncidentResolved] = false });

        var later = await VerifyAsync(VerificationWindow.LongTerm);

        var feedback = later.Criteria.Single(one => one.Name == "User feedback positive");
        Assert.Equal((VerificationStatus.Passed, "Ann"), (feedback.Status, feedback.Source));
        Assert.Equal(VerificationStatus.Failed, later.Criteria.Single(one => one.Name == "Incident resolved").Status);
        Assert.Equal(VerificationStatus.Pending, later.Checklist.Single(one => one.Name == "Team notified").Status);
        Assert.Empty(_world.Ledger.Reading.Findings);
    }

    [Fact]
    public async Task Wait_FromTheSwitchOn_StaysUntilTheWindowIsOver()
    {
        var switched = await SwitchAsync();

        var seen = await Verifier.VerifyAsync(new WindowRequest { Window = VerificationWindow.ShortTerm, Wait = true }, CancellationToken.None);

        Assert.True(seen.At >= switched.AddMinutes(30));
        Assert.Contains(seen.Checks, check => check.Name == "Looks in the window" && check.Status == VerificationStatus.Passed);
        Assert.Contains(_world.Progress, news => news.Text.Contains("begins in", StringComparison.Ordinal));
        Assert.Contains(_world.Progress, news => news.Text.Contains("min left", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Wait_ServiceFailsInBetween_IsNotForgotten()
    {
        await SwitchAsync();
        var looks = 0;
        var verifier = new WindowVerifier(_world.Context, news =>
        {
            looks += news.Text.Contains("min left", StringComparison.Ordinal) ? 1 : 0;
            if (looks == 2)
            {
                _world.Prober.Sick.Add("v2");
            }
            else
            {
                _world.Prober.Sick.Clear();
            }
        });

        var seen = await verifier.VerifyAsync(new WindowRequest { Wait = true }, CancellationToken.None);

        Assert.Equal(VerificationStatus.Failed, seen.Status);
        Assert.Contains(seen.Checks, check => check is { Name: "Looks in the window", Status: VerificationStatus.Failed });
    }

    [Fact]
    public async Task Window_DatabaseThatDoesNotAnswer_Fails()
    {
        await SwitchAsync();
        _world.Clock.Pass(TimeSpan.FromMinutes(6));

        var seen = await Verifier.VerifyAsync(
            new WindowRequest
            {
                Window = VerificationWindow.ShortTerm,
                Database = _ => Task.FromResult(new DatabaseCheckResult
                {
                    Database = "app.db",
                    Name = "health-check",
                    Kind = DatabaseCheckKind.Connectivity,
                    Status = CheckStatus.Failed,
                    Duration = TimeSpan.Zero,
                    Detail = "it is locked",
                }),
            },
            CancellationToken.None);

        Assert.Equal(VerificationStatus.Failed, seen.Criteria.Single(one => one.Name == "Database responsive").Status);
        Assert.Equal(VerificationStatus.Unverified, seen.Checklist.Single(one => one.Name == "Backup verified safe").Status);
    }

    private WindowVerifier Verifier => new(_world.Context, _world.Progress.Add);

    private async Task<DateTimeOffset> SwitchAsync()
    {
        var result = await _world.RollBackAsync();
        Assert.Equal(RollbackStatus.Succeeded, result.Status);
        return _world.Ledger.LastStanding!.SwitchedAt!.Value;
    }

    private Task<VerificationResult> VerifyAsync(
        VerificationWindow window, Measurement? measured = null, Dictionary<HumanItem, bool>? answers = null) =>
        Verifier.VerifyAsync(
            new WindowRequest { Window = window, Measurements = measured is null ? [] : [measured], Answers = answers ?? [] }, CancellationToken.None);

    private static Measurement Total(DateTimeOffset from, DateTimeOffset to, long requests, long errors, bool isElsewhere) =>
        Measurement.FromCounts("log", isElsewhere ? from.AddHours(-3) : from, isElsewhere ? from.AddHours(-2) : to, requests, errors);

    private static TrafficCell Cell(DateTimeOffset at, long requests, long errors) =>
        new() { At = at, Length = s_cell, Requests = requests, Errors = errors };

    private static IEnumerable<TrafficCell> Cells(DateTimeOffset from, int count, long requests, long errors) =>
        Enumerable.Range(0, count).Select(i => Cell(from + (i * s_cell), requests, errors));

    private static Measurement Measured(params TrafficCell[] cells) => Measurement.FromCells("log", [.. cells.OrderBy(cell => cell.At)]);
}
