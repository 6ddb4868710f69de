using RollbackOps.Deployments;

namespace RollbackOps.Adapters.Vercel;

/// <summary>
/// A deployment at its immutable address (S6). Deployment Protection may ask for a login there; with the secret of
/// "Protection Bypass for Automation" it does not.
/// </summary>
internal sealed class VercelOwnAddress(Uri address, string? bypass) : ITargetAddress
{
    public Uri Address { get; } = address;

    public IReadOnlyDictionary<string, string> Headers { get; } = bypass is null
        ? new Dictionary<string, string>()
        : new Dictionary<string, string> { ["x-vercel-protection-bypass"] = bypass };

    public bool IsBehindPlatform => true;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
