using System.Collections;
using System.Management.Automation;

namespace RollbackTools.Commands;

/// <summary>Takes PowerShell's wrappers off the values of <c>-Setting</c>; the engine knows nothing of them.</summary>
internal static class SettingValues
{
    // Deeper values are refused by the engine, which says so.
    private const int Deepest = 64;

    /// <summary>The dotted paths with plain values.</summary>
    public static IReadOnlyDictionary<string, object?> Of(IDictionary? settings)
    {
        var plain = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (DictionaryEntry setting in settings ?? new Hashtable())
        {
            plain[LanguagePrimitives.ConvertTo<string>(setting.Key)] = Plain(setting.Value, depth: 0);
        }

        return plain;
    }

    private static object? Plain(object? value, int depth) => value switch
    {
        PSObject { BaseObject: PSCustomObject } made => made.Properties
            .ToDictionary(property => property.Name, property => Plain(property.Value, depth + 1)),
        PSObject wrapped => Plain(wrapped.BaseObject, depth),
        IDictionary or IEnumerable when depth > Deepest => value,
        IDictionary map => map.Keys.Cast<object>()
            .ToDictionary(LanguagePrimitives.ConvertTo<string>, key => Plain(map[key], depth + 1)),
        string => value,
        IEnumerable list => list.Cast<object?>().Select(one => Plain(one, depth + 1)).ToArray(),
        _ => value,
    };
}
