using RollbackOps.Configuration;

namespace RollbackOps.Tests.Child;

/// <summary>A source that gives every reference back as it is.</summary>
public sealed class NoSecrets : ISecretSource
{
    public ValueTask<string> ResolveAsync(string reference, CancellationToken cancellationToken) => new(reference);
}
