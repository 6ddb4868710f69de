using RollbackOps.Configuration;

namespace RollbackOps.Tests.Fakes;

/// <summary>Secrets that are no secret.</summary>
internal sealed class FakeSecrets : ISecretSource
{
    public ValueTask<string> ResolveAsync(string reference, CancellationToken cancellationToken) => new(reference);
}
