namespace RollbackOps.Readiness;

/// <summary>A service that a rollback goes through, asked who we are there and what we may. A port.</summary>
public interface IServiceAccess : IDisposable
{
    /// <summary>Its name: small letters.</summary>
    string Name { get; }

    /// <summary>Which one it is, for people; holds no secret.</summary>
    string Place { get; }

    /// <summary>Asks. Reads only.</summary>
    /// <exception cref="RollbackOpsException">It does not let us in, or cannot be reached.</exception>
    Task<ServiceReading> ReadAsync(CancellationToken cancellationToken);
}

/// <summary>What a service says of us and of the time.</summary>
public sealed record ServiceReading
{
    internal ServiceReading()
    {
    }

    /// <summary>Who we are there and how far we reach, in a few words.</summary>
    public required string Detail { get; init; }

    /// <summary>The rights that are missing.</summary>
    public IReadOnlyList<string> Missing { get; init; } = [];

    /// <summary>The rights that cannot be told without using them.</summary>
    public IReadOnlyList<string> Untold { get; init; } = [];

    /// <summary>How to get what is missing, or to renew what expires.</summary>
    public required string NextStep { get; init; }

    /// <summary>When the credential expires, UTC; null where it does not, or that is not told.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The service's clock when it answered, UTC; null where it does not tell.</summary>
    public DateTimeOffset? ServerTime { get; init; }

    /// <summary>This machine's clock right after that, UTC.</summary>
    public DateTimeOffset? LocalTime { get; init; }
}
