using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using NCrontab;

namespace Serverless.Functions.Hosting;

/// <summary>A function that runs by the clock.</summary>
/// <param name="Name">Name of the function.</param>
/// <param name="Schedule">When, in UTC.</param>
/// <param name="Method">The code.</param>
internal sealed record TimerFunction(string Name, CrontabSchedule Schedule, MethodInfo Method)
{
    /// <summary>Reads the schedule, <c>{second} {minute} {hour} {day} {month} {weekday}</c>; a malformed one stops the start.</summary>
    public static TimerFunction Of(string name, string schedule, MethodInfo method)
    {
        if (method.ReturnType != typeof(Task)
            || method.GetParameters().Any(p => p.ParameterType != typeof(TimerInfo) && p.ParameterType != typeof(CancellationToken)))
        {
            throw new InvalidOperationException(
                $"Function '{name}' needs to return a Task, and to ask for nothing but TimerInfo and CancellationToken.");
        }

        return CrontabSchedule.TryParse(schedule, new() { IncludingSeconds = true }) is { } parsed
            ? new(name, parsed, method)
            : throw new InvalidOperationException(
                $"Function '{name}' has schedule '{schedule}': it needs six fields, seconds first.");
    }

    /// <summary>When it is due next after this.</summary>
    public DateTimeOffset NextAfter(DateTimeOffset time) => new(Schedule.GetNextOccurrence(time.UtcDateTime), TimeSpan.Zero);

    /// <summary>Runs it once.</summary>
    public Task RunAsync(object target, TimerInfo timer, CancellationToken cancel) => (Task)Method.Invoke(
        target,
        BindingFlags.DoNotWrapExceptions,
        null,
        [.. Method.GetParameters().Select(p => p.ParameterType == typeof(TimerInfo) ? timer : (object)cancel)],
        null)!;
}
