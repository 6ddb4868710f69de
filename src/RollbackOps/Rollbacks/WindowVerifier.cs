using RollbackOps.Deployments;

namespace RollbackOps.Rollbacks;

/// <summary>Verifies a rollback in one of the three windows of the written success criteria (S25).</summary>
internal sealed class WindowVerifier
{
    private static readonly TimeSpan s_shortTermBegins = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_longTermBegins = TimeSpan.FromMinutes(30);

    private readonly RollbackContext _context;
    private readonly Action<RollbackProgress> _tell;

    public WindowVerifier(RollbackContext context, Action<RollbackProgress> tell)
    {
        _context = context;
        _tell = tell;
    }

    /// <summary>Verifies.</summary>
    /// <param name="rollbackId">The rollback, or null for the last one that stands.</param>
    /// <param name="window">The window.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.RollbackNotFound"/>.</exception>
    public async Task<VerificationResult> VerifyAsync(
        string? rollbackId, VerificationWindow window, CancellationToken cancellationToken)
    {
        var ledger = _context.ReadLedger();
        var attempt = rollbackId is null ? ledger.LastStanding : ledger.Find(rollbackId);
        if (attempt?.Plan is not { } plan || attempt.SwitchedAt is not { } switchedAt)
        {
            throw new RollbackOpsException(ErrorId.RollbackNotFound,
                "There is no rollback that switched production and could be verified.",
                "Look at Get-RollbackLog; Test-DeploymentHealth checks what is live.", rollbackId);
        }

        var begins = window switch
        {
            VerificationWindow.ShortTerm => switchedAt + s_shortTermBegins,
            VerificationWindow.LongTerm => switchedAt + s_longTermBegins,
            _ => switchedAt,
        };
        if (_context.Clock.GetUtcNow() < begins)
        {
            return Pending(plan, window, begins);
        }

        var seen = await new ServedVerifier(_context, plan.BuildFiles, _tell)
            .VerifyAsync(plan.Id, await LiveAsync(attempt, cancellationToken), cancellationToken);
        seen = seen with { Window = window };
        if (window != VerificationWindow.Immediate)
        {
            // Serving and healthy is necessary, and by far not all that these windows ask for.
            seen = seen with
            {
                Status = seen.Status == VerificationStatus.Passed ? VerificationStatus.Unverified : seen.Status,
                Checks = [.. seen.Checks, Unmeasured()],
            };
        }

        return seen with { Checklist = VerificationChecklist.Of(seen, ledger) };
    }

    private async Task<Deployment> LiveAsync(RollbackAttempt attempt, CancellationToken cancellationToken) =>
        attempt.LiveId == attempt.Plan!.Target.Id
            ? attempt.Plan.Target
            : await _context.Platform.FindAsync(attempt.LiveId!, cancellationToken) ?? attempt.Plan.Target;

    private VerificationResult Pending(RollbackPlan plan, VerificationWindow window, DateTimeOffset begins)
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
        return pending with { Checklist = VerificationChecklist.Of(pending, _context.ReadLedger()) };
    }

    private static VerificationCheck Unmeasured() => new()
    {
        Name = "Error rate and p95",
        Status = VerificationStatus.Unverified,
        Detail = "no traffic was measured",
    };
}
