using System.Text.Json.Serialization;

namespace RollbackOps.Rollbacks;

/// <summary>One rollback per project and environment (S8): held from before the first effect until the command returns.</summary>
public interface ILease : IDisposable
{
    /// <summary>Who holds it: this process.</summary>
    LeaseHolder Holder { get; }

    /// <summary>The dead holder it was taken over from, or null.</summary>
    LeaseHolder? TakenOverFrom { get; }

    /// <summary>
    /// Proves that the fencing token is still the newest and extends the lease past the deadline of what comes next.
    /// Called right before each effect.
    /// </summary>
    /// <exception cref="RollbackOpsException"><see cref="ErrorId.LeaseLost"/>.</exception>
    void Renew(string nextStep, TimeSpan deadline);
}

/// <summary>What a lease is asked for.</summary>
/// <param name="Key">Platform, project and environment.</param>
/// <param name="RollbackId">The rollback it is for.</param>
/// <param name="Owner">Who acts.</param>
/// <param name="Step">The first step.</param>
/// <param name="LastToken">
/// The highest fencing token that the journal tells of. The new one is above it, also where the last holder's own record
/// is lost: it never goes backwards.
/// </param>
public sealed record LeaseRequest(string Key, string RollbackId, string Owner, string Step, long LastToken = 0);

/// <summary>The holder of a lease.</summary>
public sealed record LeaseHolder
{
    [JsonConstructor]
    internal LeaseHolder()
    {
    }

    /// <summary>What is leased: platform, project and environment.</summary>
    public required string Key { get; init; }

    /// <summary>The rollback under way.</summary>
    public required string RollbackId { get; init; }

    /// <summary>Who acts.</summary>
    public required string Owner { get; init; }

    /// <summary>On which machine.</summary>
    public required string Host { get; init; }

    /// <summary>In which process.</summary>
    public required int ProcessId { get; init; }

    /// <summary>At which step.</summary>
    public required string Step { get; init; }

    /// <summary>Since when, UTC.</summary>
    public required DateTimeOffset AcquiredAt { get; init; }

    /// <summary>Its last sign of life, UTC.</summary>
    public required DateTimeOffset Heartbeat { get; init; }

    /// <summary>When holders on other machines may take it over, UTC.</summary>
    public required DateTimeOffset Expires { get; init; }

    /// <summary>The fencing token: greater than any before.</summary>
    public required long Token { get; init; }

    /// <summary>Whether it was given back.</summary>
    public bool Released { get; init; }

    /// <summary>The holder in one line.</summary>
    public override string ToString() =>
        $"{Owner} on {Host} (process {ProcessId}, step {Step}, since {AcquiredAt:u}, last sign {Heartbeat:u}, " +
        $"expires {Expires:u}, token {Token})";
}
