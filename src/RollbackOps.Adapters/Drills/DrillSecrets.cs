using System.Security.Cryptography;
using RollbackOps.Configuration;

namespace RollbackOps.Adapters.Drills;

/// <summary>The one secret of a drill: the key of the team's channel, made anew each time. No variable and no vault is asked.</summary>
internal sealed class DrillSecrets : ISecretSource
{
    private readonly string _key = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    public ValueTask<string> ResolveAsync(string reference, CancellationToken cancellationToken) =>
        ValueTask.FromResult(reference == DrillLayout.Key ? _key : reference);
}
