using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace Microsoft.Azure.Functions.Worker;

/// <summary>Starts a function by the clock.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TimerTriggerAttribute(string schedule) : TriggerBindingAttribute
{
    /// <summary>When: a cron expression of six fields, seconds first.</summary>
    public string Schedule { get; } = schedule;

    /// <summary>Whether the Functions host keeps in storage when the function ran.</summary>
    public bool UseMonitor { get; set; } = true;

    /// <summary>Whether the function also runs whenever the app starts.</summary>
    public bool RunOnStartup { get; set; }
}

/// <summary>What a function that the clock started is told.</summary>
public class TimerInfo
{
    /// <summary>The run before and the run to come, where they are known.</summary>
    public ScheduleStatus? ScheduleStatus { get; set; }

    /// <summary>Whether it runs later than it should.</summary>
    public bool IsPastDue { get; set; }
}

/// <summary>The place of a run among others.</summary>
public class ScheduleStatus
{
    /// <summary>When the function ran last.</summary>
    public DateTime Last { get; set; }

    /// <summary>When it runs next.</summary>
    public DateTime Next { get; set; }

    /// <summary>When this was written.</summary>
    public DateTime LastUpdated { get; set; }
}
