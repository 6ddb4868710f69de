namespace RollbackOps.Configuration;

/// <summary>Where an effective value comes from.</summary>
public enum SettingSource
{
    /// <summary>Nobody set it: the written procedure's number, a numbered rule's, or what was found on the spot.</summary>
    Default,

    /// <summary>The configuration file, outside its environments.</summary>
    File,

    /// <summary>The chosen environment's part of the configuration file.</summary>
    Environment,

    /// <summary>A parameter.</summary>
    Parameter,
}
