using System.Security.Cryptography;
using System.Text;
using RollbackOps.Deployments;
using RollbackOps.Signals;

namespace RollbackOps.Redaction;

/// <summary>Which texts of our types are masked, and which are names by which things are found again and stay (S16).</summary>
internal static class TextMembers
{
    /// <summary>
    /// Ids, hashes, paths, and names that a configuration or a database's schema gives; what a build file holds is served to
    /// everybody. Whatever is not here is masked, what is new too.
    /// </summary>
    private static readonly HashSet<string> s_names = new(StringComparer.OrdinalIgnoreCase)
    {
        "id", "project", "environment", "platform", "strategy", "hash", "sha256", "backupSha256", "scriptSha256", "commit", "branch",
        "deploymentId", "rollbackId", "restoreId", "incidentId", "undoOf", "key", "host", "name", "check", "channel", "channels", "path",
        "location", "stateLocation", "file", "files", "deleted", "database", "backup", "side", "kept", "keptDump", "mode",
        "lostChangesFolder", "folder", "script", "from", "target", "table", "columns", "types", "addedColumns", "droppedColumns",
        "migrations", "migrationLevel", "level", "contact", "phone", "scenario", "between", "min", "max", "resource", "before",
    };

    /// <summary>What is called like a name and is foreign text, and what is called like text and is compared.</summary>
    private static readonly (Type Type, string Member, bool IsName)[] s_exceptions =
    [
        (typeof(CommitCheck), "name", false), (typeof(PathTraffic), "path", false), (typeof(BuildFile), "expected", true),
    ];

    private static readonly byte[] s_key = RandomNumberGenerator.GetBytes(32);

    /// <summary>Whether a member of a type is a name that stays.</summary>
    public static bool IsName(Type type, string member)
    {
        foreach (var exception in s_exceptions)
        {
            if (exception.Type == type && member.Equals(exception.Member, StringComparison.OrdinalIgnoreCase))
            {
                return exception.IsName;
            }
        }

        return s_names.Contains(member);
    }

    /// <summary>A member's text without the secrets in it.</summary>
    /// <remarks>
    /// By the names of clients and paths a verdict tells them apart: of two that are masked, each gets a number of its own, which
    /// is the same as long as the process lives and says nothing of the secret.
    /// </remarks>
    public static string Mask(Type type, string text, Func<string, string> redact)
    {
        var masked = redact(text);
        return masked != text && (type == typeof(ClientTraffic) || type == typeof(PathTraffic))
            ? $"{masked} ({Convert.ToHexString(HMACSHA256.HashData(s_key, Encoding.UTF8.GetBytes(text)))[..6]})"
            : masked;
    }
}
