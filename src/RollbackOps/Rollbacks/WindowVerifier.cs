using System.Globalization;
using RollbackOps.Deployments;
using RollbackOps.Incidents;

namespace RollbackOps.Rollbacks;

/// <summary>Verifies a rollback in one of the three windows of the written success criteria (S25).</summary>
internal sealed class WindowVerifier
{
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromSeconds(30);

    private readonly RollbackContext _context;
    private readonly Action<RollbackProgress> _tell;
    private readonly long _begun;

    public WindowVerifier(RollbackContext context, Action<RollbackProgress> tell)
    {
        _context = context;
        _tell = tell;
        _begun = context.Clock.GetTimestamp();
    }

    /// <summary>When a window begins, counted from the switch.</summary>
    public static TimeSpan BeginOf(VerificationWindow window) => window switch
    {
        VerificationWindow.ShortTerm => TimeSpan.FromMinutes(5),
        VerificationWindow.LongTerm => TimeSpan.FromMinutes(30),
        _ => TimeSpan.Zero,
    };

    /// <summary>When a window ends, counted from the switch; the long-term one is open, and is over once it was looked at.</summary>
    public static TimeSpan EndOf(VerificationWindow window) => window switch
    {
        VerificationWindow.Immediate => TimeSpan.FromMinutes(5),
        _ => TimeSpan.FromMinutes(30),
    };

    /// <summary>Verifies, and records what people said and that a rollback did not help (S26).</summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RollbackNotFound"/>.</exception>
    public async Task<VerificationResult> VerifyAsync(WindowRequest request, CancellationToken cancellationToken)
    {
        var ledger = _context.ReadLedger();
        var attempt = request.RollbackId is null ? ledger.LastStanding : ledger.Find(request.RollbackId);
        if (attempt is not { Plan: { } plan, SwitchedAt: { } switchedAt })
        {
            throw new RollbackOpsException(ErrorId.RollbackNotFound,
                "There is no rollback that switched production and could be verified.",
                "Look at Get-RollbackLog; Test-DeploymentHealth checks what is live.", request.RollbackId);
        }

        var answers = Answered(request);
        if (answers.Count > 0)
        {
            // At once: whatever becomes of the window, it was said.
            ledger = Record(plan.Id, Pending(plan, request.Window, switchedAt + BeginOf(request.Window), ledger), answers);
        }

        if (request.Wait)
        {
            await AwaitAsync(switchedAt + BeginOf(request.Window), $"The {request.Window} window begins", cancellationToken);
        }

        if (_context.Clock.GetUtcNow() < switchedAt + BeginOf(request.Window))
        {
            return Pending(plan, request.Window, switchedAt + BeginOf(request.Window), ledger);
        }

        var look = new WindowLook(_context, request, attempt, _tell);
        var (result, looks, failed) = (await look.LookAsync(ledger, cancellationToken), 1, 0);
        var ends = switchedAt + EndOf(request.Window);
        while (request.Wait && _context.Clock.GetUtcNow() < ends)
        {
            failed += IsFailing(result) ? 1 : 0;
            Tell(string.Create(CultureInfo.InvariantCulture,
                $"{request.Window}: {result.Status} at look {looks}; {(ends - _context.Clock.GetUtcNow()).TotalMinutes:0.0} min left"));
            await AwaitAsync(Earlier(_context.Clock.GetUtcNow() + s_betweenLooks, ends), $"{request.Window}: {result.Status}", cancellationToken);
            result = await look.LookAsync(_context.ReadLedger(), cancellationToken);
            looks++;
        }

        if (looks > 1)
        {
            failed += IsFailing(result) ? 1 : 0;
            result = WithLooks(result, looks, failed);
        }

        return Weigh(result, plan, attempt);
    }

    /// <summary>That a rollback did not help is said plainly, and has consequences (S26).</summary>
    private VerificationResult Weigh(VerificationResult result, RollbackPlan plan, RollbackAttempt attempt)
    {
        if (result.Comparison is not { } comparison)
        {
            return result;
        }

        var isFutile = comparison.Outcome == Improvement.NoImprovement;
        result = result with
        {
            Status = isFutile ? VerificationStatus.Failed : result.Status,
            Checks =
            [
                .. result.Checks,
                new VerificationCheck
                {
                    Name = "Improvement after the rollback",
                    Expected = "fewer errors than before it (conditional binomial test, 95 %)",
                    Status = comparison.Outcome switch
                    {
                        Improvement.Improved => VerificationStatus.Passed,
                        Improvement.NoImprovement => VerificationStatus.Failed,
                        _ => VerificationStatus.Unverified,
                    },
                    Detail = comparison.Detail,
                    At = result.At,
                },
            ],
        };
        if (isFutile)
        {
            _tell(new RollbackProgress(ProgressKind.Warning, comparison.Detail, 0, 0, TimeSpan.Zero));
            var ledger = _context.ReadLedger();
            Suspect(ledger.IsFutile(plan.Id) ? ledger : Record(plan.Id, result, []), plan, attempt);
        }

        return result;
    }

    private List<HumanAnswer> Answered(WindowRequest request) =>
    [
        .. request.Answers.OrderBy(answer => answer.Key).Select(answer => new HumanAnswer
        {
            Item = answer.Key,
            Holds = answer.Value,
            By = _context.Actor,
            At = _context.Clock.GetUtcNow(),
        }),
    ];

    private RollbackLedger Record(string rollbackId, VerificationResult result, IReadOnlyList<HumanAnswer> answers)
    {
        _context.Journal.Append(JournalKind.WindowVerified, rollbackId,
            new WindowVerifiedData { Verification = result, Answers = answers, By = _context.Actor },
            RollbackJson.Compact.WindowVerifiedData);
        return _context.ReadLedger();
    }

    /// <summary>
    /// Rolling away did not help, so the deployment is likely not to blame: its mark no longer excludes it (S2, S26). What the
    /// rollback's mark replaced stays what an undo puts back.
    /// </summary>
    private void Suspect(RollbackLedger ledger, RollbackPlan plan, RollbackAttempt attempt)
    {
        if (attempt.UndoneBy is null && ledger.Marks.GetValueOrDefault(plan.From.Id) is { Kind: MarkKind.KnownBad } mark && mark.RollbackId == plan.Id)
        {
            _context.Journal.Append(JournalKind.DeploymentMarked, plan.Id,
                new DeploymentMarkedData
                {
                    Mark = mark with
                    {
                        Kind = MarkKind.Suspected,
                        Reason = $"Rolling away from it did not help: {mark.Reason}",
                        By = _context.Actor,
                        At = _context.Clock.GetUtcNow(),
                    },
                    Replaced = ledger.ReplacedBy(plan.Id),
                },
                RollbackJson.Compact.DeploymentMarkedData);
        }
    }

    private static bool IsFailing(VerificationResult result) => result.Checks.Any(check => check.Status == VerificationStatus.Failed);

    /// <summary>A look that failed is not undone by a later one that passes: the window was not quiet.</summary>
    private static VerificationResult WithLooks(VerificationResult result, int looks, int failed) => result with
    {
        Status = failed > 0 ? VerificationStatus.Failed : result.Status,
        Checks =
        [
            .. result.Checks,
            new VerificationCheck
            {
                Name = "Looks in the window",
                Status = failed > 0 ? VerificationStatus.Failed : VerificationStatus.Passed,
                Detail = $"{looks - failed} of {looks} looks found the rollback served and healthy",
                At = result.At,
            },
        ],
    };

    private VerificationResult Pending(RollbackPlan plan, VerificationWindow window, DateTimeOffset begins, RollbackLedger ledger)
    {
        var pending = new VerificationResult
        {
            RollbackId = plan.Id,
            Project = plan.Project,
            Environment = plan.Environment,
            DeploymentId = plan.Target.Id,
            Window = window,
            Status = VerificationStatus.Pending,
            Identity = ServedIdentity.Unproven,
            At = _context.Clock.GetUtcNow(),
            Duration = TimeSpan.Zero,
            Checks =
            [
                new VerificationCheck
                {
                    Name = "Window",
                    Status = VerificationStatus.Pending,
                    Detail = $"begins at {begins:u}",
                },
            ],
        };
        return pending with { Checklist = VerificationChecklist.Of(pending, ledger) };
    }

    /// <summary>Waits, and shows every so often how long it still is.</summary>
    private async Task AwaitAsync(DateTimeOffset until, string what, CancellationToken cancellationToken)
    {
        while (_context.Clock.GetUtcNow() is var now && now < until)
        {
            Tell(string.Create(CultureInfo.InvariantCulture, $"{what} in {(until - now).TotalSeconds:0} s"));
            await Task.Delay(until - now < TimeSpan.FromSeconds(1) ? until - now : TimeSpan.FromSeconds(1), _context.Clock, cancellationToken);
        }
    }

    private void Tell(string text) => _tell(new RollbackProgress(ProgressKind.Bytes, text, 0, 0, _context.Clock.GetElapsedTime(_begun)));

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;
}
